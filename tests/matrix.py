"""Who may open what, as the matrix of `tests.test_permissions` reads it: statuses by role."""

from tests.routes import ADMIN

ROLES = [
    "anonymous",
    "outsider",
    "reader",
    "contributor",
    "manager",
    "facilitator",
    "coordinator",
]

#              anon. out. read contr man. fac. coord.
PUBLIC = "      200  200  200  200  200  200  200"
LOGGED_IN = "   302  200  200  200  200  200  200"
OF_A = "        302  404  200  200  200  200  200"
OF_MEMBERS = "  302  404  200  200  200  403  403"
A_EDITS = "     302  404  403  200  200  403  403"
A_COMMENTS = "  302  404  403  200  200  200  200"
# A form that says no version meets what is stored.
A_MEETS = "     302  404  403  409  409  403  403"
A_SETTLES = "   302  404  403  302  302  302  302"
A_ANSWERS = "   302  404  403  302  302  403  403"
# Only the organizations that attended the meeting review its synthesis; staff have none.
A_ATTENDED = "  302  403  200  200  200  200  200"
A_AMENDS = "    302  403  200  200  200  403  403"
A_EXAMINES = "  302  404  403  403  403  403  200"
STAFF_ASKS = "  302  404  403  403  403  200  200"
STAFF_TAKES_BACK = "302 404 403  403  403  302  302"
A_SUBMITS = "   302  404  403  403  200  403  403"
STAFF = "       302  403  403  403  403  200  200"
STAFF_ACTS = "  302  403  403  403  403  302  302"
COORDINATOR = " 302  403  403  403  403  403  200"
NO_PUBLIC = "   405  405  405  405  405  405  405"
NO = "          302  405  405  405  405  405  405"

MATRIX = {
    # name: (statuses of GET, statuses of POST)
    "home:index": (PUBLIC, NO_PUBLIC),
    "home:dashboard": (LOGGED_IN, NO),
    "home:calendar": (LOGGED_IN, LOGGED_IN),
    # The token of the address is the key.
    "home:calendar_feed": (PUBLIC, NO_PUBLIC),
    "home:help": (PUBLIC, NO_PUBLIC),
    # What visitors read and take away
    "public:about": (PUBLIC, NO_PUBLIC),
    "public:webinar_list": (PUBLIC, NO_PUBLIC),
    "public:webinar_calendar": (PUBLIC, NO_PUBLIC),
    "public:dataset_list": (PUBLIC, NO_PUBLIC),
    "public:dataset_csv": (PUBLIC, NO_PUBLIC),
    "public:dataset_json": (PUBLIC, NO_PUBLIC),
    "public:dataset_schema": (PUBLIC, NO_PUBLIC),
    "public:robots": (PUBLIC, NO_PUBLIC),
    "public:sitemap": (PUBLIC, NO_PUBLIC),
    "home:health": (PUBLIC, NO_PUBLIC),
    # Accounts: those who are logged in are sent to their dashboard
    "account_login": ("200 302 302 302 302 302 302", "200 302 302 302 302 302 302"),
    "account_logout": ("302 200 200 200 200 200 200", "302 302 302 302 302 302 302"),
    "account_signup": ("200 302 302 302 302 302 302", "200 302 302 302 302 302 302"),
    "account_change_password": (LOGGED_IN, LOGGED_IN),
    "account_set_password": ("302 302 302 302 302 302 302", "302 302 302 302 302 302 302"),
    "account_reauthenticate": (LOGGED_IN, LOGGED_IN),
    "account_inactive": (PUBLIC, NO_PUBLIC),
    "account_reset_password": (PUBLIC, PUBLIC),
    "account_reset_password_done": (PUBLIC, NO_PUBLIC),
    "account_reset_password_from_key": (PUBLIC, PUBLIC),
    "account_reset_password_from_key_done": (PUBLIC, NO_PUBLIC),
    "members:organization_detail": (OF_A, NO),
    "members:mail_preferences": (LOGGED_IN, LOGGED_IN),
    "members:mail_list": (STAFF, NO),
    "members:mail_detail": (STAFF, NO),
    "members:mail_retry": (NO, STAFF_ACTS),
    # The guide and the tool box
    "measures:stage_list": (PUBLIC, NO_PUBLIC),
    "measures:stage_detail": (PUBLIC, NO_PUBLIC),
    "measures:measure_detail": (PUBLIC, NO_PUBLIC),
    "measures:measure_list": (PUBLIC, NO_PUBLIC),
    "measures:catalogue_index": (STAFF, NO),
    "measures:catalogue_list": (STAFF, NO),
    "measures:catalogue_create": (STAFF, STAFF),
    "measures:catalogue_edit": (STAFF, STAFF),
    "measures:clause_list": (LOGGED_IN, NO),
    "measures:clause_detail": (LOGGED_IN, NO),
    "measures:indicator_list": (LOGGED_IN, NO),
    "measures:barrier_list": (LOGGED_IN, NO),
    "measures:legal_reference_list": (LOGGED_IN, NO),
    "measures:clause_fill": (LOGGED_IN, NO),
    "measures:clause_version": (LOGGED_IN, NO),
    # Nothing is chosen: back to the list, which says so.
    "measures:clause_export": ("302 302 302 302 302 302 302", NO),
    "measures:indicator_detail": (LOGGED_IN, NO),
    "measures:barrier_detail": (LOGGED_IN, NO),
    "measures:threshold_create": (STAFF, STAFF),
    "measures:legal_confirm": (NO, "302 403 403 403 403 404 404"),
    # Clauses used and proposed
    "measures:clause_use_list": (OF_A, NO),
    "measures:clause_use_create": (A_EDITS, A_EDITS),
    "measures:clause_use_detail": (OF_A, A_MEETS),
    "measures:clause_use_delete": (NO, A_ANSWERS),
    "measures:clause_use_export": (OF_A, NO),
    "measures:clause_propose": (A_EDITS, A_EDITS),
    "measures:clause_proposal_list": (STAFF, NO),
    "measures:clause_proposal_answer": (STAFF, STAFF),
    # Figures
    "measures:indicator_grid": (OF_A, A_ANSWERS),
    "measures:indicator_cell": (NO, "302 404 403 404 404 403 403"),
    "measures:indicator_export": (OF_A, NO),
    "measures:indicator_import": (A_EDITS, A_EDITS),
    "measures:indicator_trend": (OF_A, NO),
    "measures:indicator_value": (OF_A, A_MEETS),
    "measures:indicator_aim": (A_EDITS, A_MEETS),
    # No purchase says anything of it: back to the value, which says so.
    "measures:indicator_take_over": (NO, A_ANSWERS),
    # Barriers met
    "measures:encounter_list": (OF_A, NO),
    "measures:barrier_mark": (A_EDITS, A_EDITS),
    "measures:barrier_mark_edit": (A_EDITS, A_MEETS),
    "measures:barrier_mark_delete": (NO, A_ANSWERS),
    # The register
    "measures:implementation_list": (OF_A, NO),
    "measures:implementation_create": (A_EDITS, A_EDITS),
    "measures:implementation_adopt": (NO, "302 404 403 302 302 403 403"),
    "measures:implementation_detail": (OF_A, A_EDITS),
    "measures:implementation_bulk": (A_EDITS, A_EDITS),
    "measures:change_undo": (NO, A_ANSWERS),
    "measures:quality_list": ("302 404 200 200 200 403 403", NO),
    # It counts what the organization keeps to itself: not for staff.
    "measures:benchmark": ("302 404 200 200 200 403 403", NO),
    "measures:implementation_export": (OF_A, NO),
    "measures:import_template": (A_EDITS, NO),
    "measures:import_create": (A_EDITS, A_EDITS),
    "measures:import_detail": (A_EDITS, A_EDITS),
    "measures:text_restore": (NO, A_ANSWERS),
    # A measure of the guide has nothing to join: its page opens instead.
    "measures:implementation_link": ("302 404 403 302 302 403 403", A_ANSWERS),
    "measures:result_create": (A_EDITS, A_EDITS),
    "measures:result_edit": (A_EDITS, A_MEETS),
    "measures:result_delete": (NO, A_ANSWERS),
    "measures:encounter_create": (A_EDITS, A_EDITS),
    "measures:encounter_edit": (A_EDITS, A_MEETS),
    "measures:encounter_delete": (NO, A_ANSWERS),
    "measures:comment_create": (NO, A_COMMENTS),
    "measures:comment_resolve": (NO, A_SETTLES),
    "measures:evidence_request_create": (NO, STAFF_ASKS),
    "measures:evidence_request_answer": (NO, A_EDITS),
    "measures:evidence_request_withdraw": (NO, STAFF_TAKES_BACK),
    # The evidence library
    "measures:evidence_list": (OF_A, NO),
    "measures:evidence_create": (A_EDITS, A_EDITS),
    "measures:evidence_detail": (OF_A, A_EDITS),
    "measures:evidence_download": (OF_A, NO),
    "measures:evidence_version_download": (OF_A, NO),
    # Benefits
    "benefits:benefit_list": (PUBLIC, NO_PUBLIC),
    "benefits:benefit_detail": (PUBLIC, NO_PUBLIC),
    "benefits:case": (PUBLIC, NO_PUBLIC),
    # Nothing is picked that the inventory offers: back to the form.
    "benefits:case_pdf": (PUBLIC, NO_PUBLIC),
    "benefits:observation_list": (OF_A, NO),
    "benefits:observation_create": (A_EDITS, A_EDITS),
    "benefits:observation_edit": (A_EDITS, A_MEETS),
    "benefits:observation_remove": (NO, A_ANSWERS),
    "benefits:observation_consent": (A_EDITS, A_EDITS),
    "benefits:observation_review_list": (STAFF, NO),
    "benefits:observation_verify": (NO, STAFF_ACTS),
    "benefits:enterprise_list": (PUBLIC, NO_PUBLIC),
    "benefits:enterprise_detail": (PUBLIC, NO_PUBLIC),
    "benefits:enterprise_export": (LOGGED_IN, NO),
    "benefits:enterprise_favourite": (NO, "302 302 302 302 302 302 302"),
    # Purchases: rows of a member, that staff never read
    # The directory for those who keep it
    "benefits:enterprise_create": (STAFF, STAFF),
    # A form that says no version meets what is stored.
    "benefits:enterprise_edit": (STAFF, "302 403 403 403 403 409 409"),
    "benefits:enterprise_review": (STAFF, STAFF),
    "benefits:duplicate_list": (STAFF, NO),
    "benefits:enterprise_merge": (STAFF, STAFF),
    "benefits:directory_import": (STAFF, STAFF),
    "benefits:directory_import_detail": (STAFF, STAFF),
    "benefits:directory_import_check": (NO, STAFF_ACTS),
    "benefits:directory_import_model": (STAFF, NO),
    "benefits:own_proposal_list": (OF_A, NO),
    "benefits:enterprise_propose": (A_EDITS, A_EDITS),
    "benefits:proposal_list": (STAFF, NO),
    "benefits:proposal_answer": (STAFF, STAFF),
    "benefits:removal_ask": (PUBLIC, PUBLIC),
    "benefits:removal_list": (STAFF, NO),
    "benefits:removal_answer": (NO, STAFF_ACTS),
    "benefits:purchase_list": (OF_MEMBERS, NO),
    "benefits:purchase_create": (A_EDITS, A_EDITS),
    "benefits:purchase_edit": (OF_MEMBERS, A_MEETS),
    "benefits:purchase_delete": (A_EDITS, A_ANSWERS),
    "benefits:purchase_export": (OF_MEMBERS, NO),
    "benefits:purchase_model": (A_EDITS, NO),
    "benefits:purchase_suggest": (A_EDITS, NO),
    "benefits:purchase_import_create": (A_EDITS, A_EDITS),
    "benefits:purchase_import_detail": (A_EDITS, A_EDITS),
    "benefits:purchase_import_check": (NO, A_ANSWERS),
    "benefits:purchase_import_columns": (NO, A_ANSWERS),
    "benefits:purchase_import_forget": (NO, A_ANSWERS),
    # Its columns are not told yet: back to them.
    "benefits:purchase_import_suppliers": (A_ANSWERS, A_ANSWERS),
    "benefits:purchase_import_errors": (A_EDITS, NO),
    "benefits:purchase_import_apply": (NO, A_ANSWERS),
    "benefits:purchase_import_undo": (NO, A_ANSWERS),
    "benefits:purchase_portrait": (OF_MEMBERS, NO),
    "benefits:purchase_portrait_export": (OF_MEMBERS, NO),
    "benefits:chantier_portrait": (LOGGED_IN, NO),
    "benefits:supplier_list": (OF_MEMBERS, A_ANSWERS),
    "benefits:supplier_reopen": (NO, A_ANSWERS),
    # Meetings
    "meetings:meeting_list": (LOGGED_IN, NO),
    "meetings:timeline_pdf": (LOGGED_IN, NO),
    "meetings:participation": (LOGGED_IN, NO),
    "meetings:participation_export": (LOGGED_IN, NO),
    "meetings:meeting_detail": (LOGGED_IN, NO),
    # Prepared
    "meetings:meeting_add": (STAFF, STAFF),
    "meetings:meeting_prepare": (STAFF, STAFF),
    "meetings:meeting_state": (NO, STAFF_ACTS),
    "meetings:meeting_calendar": (LOGGED_IN, NO),
    "meetings:meeting_barriers": (STAFF, STAFF),
    # Held: nothing is convened, nor cancelled any more.
    "meetings:meeting_convene": (STAFF, STAFF),
    "meetings:meeting_cancel": (STAFF_ACTS, STAFF_ACTS),
    "meetings:meeting_remind": (NO, STAFF_ACTS),
    # The people of A were invited.
    "meetings:meeting_answer": (A_AMENDS, A_AMENDS),
    "meetings:synthesis_detail": (LOGGED_IN, NO),
    "meetings:synthesis_edit": (STAFF, STAFF),
    "meetings:synthesis_publish": (STAFF, STAFF),
    # Run
    "meetings:meeting_run": (STAFF, NO),
    "meetings:meeting_screen": (STAFF, NO),
    "meetings:run_state": (STAFF, STAFF_ACTS),
    "meetings:entry_save": (NO, STAFF_ACTS),
    "meetings:attendance_save": (NO, STAFF_ACTS),
    # Promised
    "meetings:commitment_create": (STAFF, STAFF),
    "meetings:commitment_withdraw": (NO, STAFF_ACTS),
    "meetings:commitment_send": (NO, STAFF_ACTS),
    "meetings:commitment_table": (STAFF, NO),
    "meetings:proposal_list": (OF_A, NO),
    "meetings:proposal_answer": (A_EDITS, A_EDITS),
    "meetings:meeting_digest": (LOGGED_IN, NO),
    "meetings:document_add": (STAFF, STAFF),
    "meetings:document_download": (LOGGED_IN, NO),
    "meetings:document_remove": (NO, STAFF_ACTS),
    "meetings:topic_list": (OF_A, A_EDITS),
    "meetings:topic_withdraw": (NO, A_ANSWERS),
    "meetings:topic_table": (STAFF, NO),
    "meetings:topic_answer": (STAFF, STAFF),
    # Reviewed
    "meetings:synthesis_compile": (NO, STAFF_ACTS),
    "meetings:review_open": (NO, STAFF_ACTS),
    "meetings:synthesis_review": (A_ATTENDED, NO),
    "meetings:amendment_create": (A_AMENDS, A_AMENDS),
    "meetings:amendment_answer": (STAFF, STAFF),
    "meetings:synthesis_version": (LOGGED_IN, NO),
    "meetings:synthesis_pdf": (LOGGED_IN, NO),
    # Annual reports
    "reports:report_list": (OF_A, NO),
    "reports:report_detail": (OF_A, NO),
    "reports:figure_rows": ("302 404 200 200 200 404 404", NO),
    "reports:report_texts": (
        "302 404 403 200 200 404 404",
        "302 404 403 404 404 403 403",
    ),
    # Without a box ticked, nothing changes.
    "reports:report_cases": ("302 404 403 200 200 404 404", A_ANSWERS),
    "reports:report_preview_pdf": ("302 404 200 200 200 404 404", NO),
    "reports:report_submit": (A_SUBMITS, A_SUBMITS),
    "reports:report_version_pdf": (OF_A, NO),
    "reports:report_version_file": (OF_A, NO),
    "reports:report_draft_file": ("302 404 200 200 200 404 404", NO),
    "reports:report_ready": (NO, A_ANSWERS),
    "reports:report_withdraw": (NO, A_ANSWERS),
    "reports:report_reopen": (NO, "302 404 403 403 302 403 403"),
    "reports:comment_settle": (NO, A_ANSWERS),
    "reports:report_examine": (A_EXAMINES, A_EXAMINES),
    "reports:report_postpone": (A_EXAMINES, A_EXAMINES),
    # Without a box ticked, nothing is sent.
    "reports:report_reminders": (COORDINATOR, "302 403 403 403 403 403 302"),
    "reports:report_matrix": (COORDINATOR, NO),
    "reports:chantier_report": (COORDINATOR, NO),
    "reports:report_batch": (COORDINATOR, "302 403 403 403 403 403 302"),
    "reports:report_batch_cancel": (NO, "302 403 403 403 403 403 302"),
    "reports:report_batch_download": (COORDINATOR, NO),
    "reports:chantier_preview_pdf": (COORDINATOR, NO),
    "reports:chantier_submit": (COORDINATOR, COORDINATOR),
    # Without a section, there is no text to save.
    "reports:chantier_texts": (COORDINATOR, "302 403 403 403 403 403 404"),
    "reports:chantier_reopen": (NO, "302 403 403 403 403 403 302"),
    "reports:chantier_version_pdf": (COORDINATOR, NO),
    "reports:chantier_version_file": (COORDINATOR, NO),
    "reports:chantier_draft_file": (COORDINATOR, NO),
    "reports:verify": (PUBLIC, NO_PUBLIC),
    "reports:verification": (PUBLIC, NO_PUBLIC),
    ADMIN: ("302 302 302 302 302 200 200", "302 302 302 302 302 200 200"),
}
