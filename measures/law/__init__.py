"""The legal frame: what is in force on a day, for whom, and the forms of those who keep it."""
