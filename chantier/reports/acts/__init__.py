"""What people do with annual reports: each act is one transaction, with its journal."""
