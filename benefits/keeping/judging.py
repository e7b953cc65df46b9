"""What each row of a table would do to the directory as it is now.

A row is an enterprise by its code, else by its NEQ, else by its name as `name_key` reads it. A
column that the file does not have is left as it is.
"""

from collections import defaultdict
from typing import Any

from benefits.actions.directory import CONTACT, LINKS, TEXTS, State, state_of
from benefits.exchange.columns import BY_NAME, REVIEW
from benefits.exchange.directory_export import newest_reviews
from benefits.keeping.rows import Head, ReadRow
from benefits.models import Criterion, DirectoryImportRow, RemovalRequest, SocialEnterprise
from benefits.names import name_key

Doing = DirectoryImportRow.State
NO_REVIEW: State = {
    "eligibility": SocialEnterprise.Eligibility.TO_VERIFY.value,
    "examined_on": "",
    "criteria": [],
    "evidence": "",
    "source_url": "",
}
_NEEDED = {
    "name": "Donnez le nom de l’entreprise.",
    "legal_form": "Donnez sa forme juridique.",
    "region": "Donnez la région de son siège.",
    "mission": "Dites sa mission, en une phrase.",
}
_NEEDED_OF_REVIEW = {
    "eligibility": "Dites ce que conclut l’examen.",
    "examined_on": "Donnez la date de l’examen.",
    "evidence": "Dites sur quoi repose l’examen.",
}


def before_of(enterprise: SocialEnterprise) -> State:
    """What an enterprise says, and its last examination, as JSON keeps them."""
    told = state_of(enterprise) | {"eligibility": enterprise.eligibility}
    day = enterprise.eligibility_on
    told["examined_on"] = day.isoformat() if day else ""
    review = next(iter(enterprise.reviews.all()), None)
    told["criteria"] = sorted(review.criteria) if review else []
    told["evidence"] = review.evidence if review else ""
    told["source_url"] = review.source_url if review else ""
    return told


class Directory:
    """The enterprises that the rows of a table may be; a fixed number of queries."""

    def __init__(self) -> None:
        self.by_code: dict[str, int] = {}
        self.by_neq: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.neqs: dict[int, str] = {}
        self.enterprises: dict[int, SocialEnterprise] = {}
        listed = SocialEnterprise.objects.listed().order_by()
        for pk, code, neq, key in listed.values_list("pk", "code", "neq", "name_key").iterator():
            self.by_code[code] = pk
            self.neqs[pk] = neq
            self.by_name[key].append(pk)
            if neq:
                self.by_neq[neq] = pk
        asked = RemovalRequest.objects.filter(state=RemovalRequest.State.DONE)
        self.asked_out = set(asked.values_list("enterprise_id", flat=True))

    def fetch(self, rows: list[ReadRow]) -> None:
        """Read the enterprises that these rows are about."""
        keys = {pk for row in rows for pk in self.keys_of(row)}
        found = SocialEnterprise.objects.listed().with_terms()
        self.enterprises = found.prefetch_related("served_regions", newest_reviews()).in_bulk(keys)

    def keys_of(self, row: ReadRow) -> list[int]:
        if code := row.text("code"):
            return [self.by_code[code]] if code in self.by_code else []
        return self.known(row.text("neq"), row.text("name"))

    def known(self, neq: str, name: str) -> list[int]:
        """Who has this NEQ, else this name."""
        key = name_key(name)[:200]
        if neq in self.by_neq:
            return [self.by_neq[neq]]
        known = self.by_name.get(key, []) if key else []
        # Another number is another enterprise, of the same name.
        return [pk for pk in known if not (neq and self.neqs[pk])]


def judge(row: ReadRow, directory: Directory, head: Head) -> DirectoryImportRow:
    """What a row would do: add, change, nothing, or what is wrong in it."""
    done = DirectoryImportRow(number=row.number)
    found = _found(row, directory, head)
    if found is not None:
        done.key = f"ees:{found.pk}" if found.pk else _key(row)
        done.enterprise_key = found.pk
        done.before = before_of(found) if found.pk else {}
        done.after = _compare(row, found, done, directory)
        _refuse(row, found, done, directory, head)
    done.errors = [
        [*error.place, error.column, error.message]
        for error in sorted(row.errors, key=lambda error: error.place)
    ]
    if row.errors:
        done.state = Doing.WRONG
    elif done.after:
        done.state = Doing.CHANGED if done.enterprise_key else Doing.ADDED
    else:
        done.state = Doing.UNCHANGED
    return done


def _key(row: ReadRow) -> str:
    neq = row.text("neq")
    return f"neq:{neq}" if neq else f"nom:{name_key(row.text('name'))}"[:220]


def _found(row: ReadRow, directory: Directory, head: Head) -> SocialEnterprise | None:
    """The enterprise of a row, a new one, or None when nobody can tell."""
    if not row.says_what_it_is_about:
        return None
    keys = directory.keys_of(row)
    if row.text("code") and not keys:
        message = "Ce code n’est celui d’aucune EÉS du répertoire. Videz la case pour l’ajouter."
        row.errors.append(head.error(row.number, "code", message))
        return None
    if len(keys) > 1:
        message = (
            f"{len(keys)} EÉS du répertoire portent ce nom\u00a0: donnez le NEQ, "
            "ou réunissez-les d’abord."
        )
        row.errors.append(head.error(row.number, "name", message))
        return None
    return directory.enterprises[keys[0]] if keys else SocialEnterprise()


def _compare(
    row: ReadRow, found: SocialEnterprise, done: DirectoryImportRow, directory: Directory
) -> State:
    """What the row says otherwise than the directory; what a person had taken out stays out."""
    after: State = {}
    before = done.before
    for name in (*TEXTS, *LINKS, *CONTACT):
        nothing: Any = [] if name in LINKS else ""
        value = row.cells.get(name, before.get(name)) or nothing
        if value != before.get(name, nothing):
            after[name] = value
    if found.pk in directory.asked_out and any(after.get(name) for name in CONTACT):
        after = {name: value for name, value in after.items() if name not in CONTACT}
        done.note = (
            f"Ligne {row.number}\u00a0: les coordonnées de «\u00a0{found.name}\u00a0» ont été "
            "retirées à la demande de la personne; celles du fichier ne sont pas reprises."
        )
    return after | _examination(row, before)


def _examination(row: ReadRow, before: State) -> State:
    """The parts of an examination that the row says otherwise; empty cells say nothing."""
    told = {name: row.cells[name] for name in REVIEW if name in row.cells}
    if not any(told.values()):
        return {}
    stored = {name: before.get(name, NO_REVIEW[name]) for name in REVIEW}
    return {name: value for name, value in told.items() if value != stored[name]}


def _refuse(
    row: ReadRow,
    found: SocialEnterprise,
    done: DirectoryImportRow,
    directory: Directory,
    head: Head,
) -> None:
    """Note what stops a row."""
    stands = done.before | done.after
    needed = dict(_NEEDED)
    if set(REVIEW) & done.after.keys():
        needed |= _NEEDED_OF_REVIEW
        _refuse_review(row, NO_REVIEW | stands, done.before, head)
    unread = {error.column for error in row.errors}
    for name, message in needed.items():
        if not stands.get(name) and BY_NAME[name].label not in unread:
            row.errors.append(head.error(row.number, name, message))
    # A row found by its code may bring the NEQ of another.
    owner = directory.by_neq.get(row.text("neq"))
    if owner is not None and owner != found.pk:
        message = "Ce NEQ est déjà celui d’une autre EÉS du répertoire."
        row.errors.append(head.error(row.number, "neq", message))


def _refuse_review(row: ReadRow, review: State, before: State, head: Head) -> None:
    lacking = len(Criterion.values) - len(review["criteria"])
    if review["eligibility"] == SocialEnterprise.Eligibility.CONFIRMED and lacking:
        message = (
            "Admissibilité confirmée\u00a0: les sept critères de l’article 3 doivent être "
            "démontrés. Sinon, écrivez «\u00a0Zone grise\u00a0» ou «\u00a0À vérifier\u00a0»."
        )
        row.errors.append(head.error(row.number, "criteria", message))
    if review["examined_on"] and review["examined_on"] < before.get("examined_on", ""):
        message = (
            f"Le répertoire a un examen plus récent, du {before['examined_on']}. "
            "Donnez la date de celui-ci, ou videz ses colonnes."
        )
        row.errors.append(head.error(row.number, "examined_on", message))
