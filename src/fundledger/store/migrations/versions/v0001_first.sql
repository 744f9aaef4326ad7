CREATE TABLE account (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    currency TEXT NOT NULL,
    bank INTEGER DEFAULT 0 NOT NULL CHECK (bank IN (0, 1)),
    CONSTRAINT uq_account_code UNIQUE (code)
)
 STRICT;

CREATE TABLE batch (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    size INTEGER NOT NULL,
    undone INTEGER DEFAULT 0 NOT NULL CHECK (undone IN (0, 1))
)
 STRICT;

CREATE UNIQUE INDEX uq_batch_sha256 ON batch (sha256) WHERE undone = 0;

CREATE TABLE book (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    currency TEXT NOT NULL,
    secret BLOB NOT NULL
)
 STRICT;

CREATE TABLE document (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    original_sha256 TEXT,
    CONSTRAINT uq_document_sha256 UNIQUE (sha256)
)
 STRICT;

CREATE TABLE donor (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    code TEXT NOT NULL,
    protected INTEGER DEFAULT 0 NOT NULL CHECK (protected IN (0, 1)),
    restricted INTEGER DEFAULT 0 NOT NULL CHECK (restricted IN (0, 1)),
    retain_until TEXT,
    merged_into INTEGER,
    CONSTRAINT uq_donor_uid UNIQUE (uid),
    CONSTRAINT uq_donor_code UNIQUE (code),
    FOREIGN KEY(merged_into) REFERENCES donor (id)
)
 STRICT;

CREATE INDEX ix_donor_merged_into ON donor (merged_into);

CREATE INDEX ix_donor_restricted ON donor (restricted) WHERE restricted = 1;

CREATE TABLE fund (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'unrestricted', 'suspense'))
)
 STRICT;

CREATE TABLE identity_book (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL
)
 STRICT;

CREATE TABLE identity_profile (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    header TEXT NOT NULL,
    layout TEXT NOT NULL,
    CONSTRAINT uq_identity_profile_header UNIQUE (header)
)
 STRICT;

CREATE TABLE identity_setting (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT uq_identity_setting_name UNIQUE (name)
)
 STRICT;

CREATE TABLE leaf (
    id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX ix_leaf_subject ON leaf (kind, subject_id) WHERE kind <> 'entry';

CREATE TABLE payee (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    CONSTRAINT uq_payee_code UNIQUE (code)
)
 STRICT;

CREATE TABLE period (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    start_on TEXT NOT NULL,
    end_on TEXT NOT NULL,
    locked INTEGER DEFAULT 0 NOT NULL CHECK (locked IN (0, 1)),
    CONSTRAINT uq_period_start_on UNIQUE (start_on)
)
 STRICT;

CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    role TEXT NOT NULL,
    public_key BLOB,
    removed INTEGER DEFAULT 0 NOT NULL CHECK (removed IN (0, 1)),
    CONSTRAINT uq_person_uid UNIQUE (uid)
)
 STRICT;

CREATE TABLE policy (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT uq_policy_name UNIQUE (name)
)
 STRICT;

CREATE TABLE rates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    first_on TEXT NOT NULL,
    last_on TEXT NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT uq_rates_sha256 UNIQUE (sha256)
)
 STRICT;

CREATE TABLE balance (
    fund_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    flow TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (fund_id, account_id, flow),
    FOREIGN KEY(fund_id) REFERENCES fund (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE campaign (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    fund_id INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'over', 'closed', 'archived')),
    reference TEXT NOT NULL,
    asked_minor INTEGER NOT NULL,
    opened_on TEXT,
    over_on TEXT,
    closed_on TEXT,
    archived_on TEXT,
    closed_rule TEXT,
    CONSTRAINT uq_campaign_code UNIQUE (code),
    CONSTRAINT uq_campaign_fund_id UNIQUE (fund_id),
    FOREIGN KEY(fund_id) REFERENCES fund (id),
    CONSTRAINT uq_campaign_reference UNIQUE (reference)
)
 STRICT;

CREATE TABLE donor_apart (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    donor_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    CONSTRAINT uq_donor_apart_donor_id_other_id UNIQUE (donor_id, other_id),
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(other_id) REFERENCES donor (id)
)
 STRICT;

CREATE TABLE draft (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL,
    place TEXT NOT NULL,
    CONSTRAINT uq_draft_person_id_place UNIQUE (person_id, place),
    FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE TABLE explanation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    item TEXT NOT NULL,
    subject TEXT NOT NULL,
    until_on TEXT NOT NULL,
    explained_by INTEGER NOT NULL,
    CONSTRAINT uq_explanation_item_subject_until_on UNIQUE (item, subject, until_on),
    FOREIGN KEY(explained_by) REFERENCES person (id)
)
 STRICT;

CREATE TABLE identity_account (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL,
    iban TEXT,
    name TEXT NOT NULL,
    CONSTRAINT uq_identity_account_account_id UNIQUE (account_id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_identity_account_iban UNIQUE (iban)
)
 STRICT;

CREATE TABLE identity_batch (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    reason TEXT,
    CONSTRAINT uq_identity_batch_batch_id UNIQUE (batch_id),
    FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT;

CREATE TABLE identity_document (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT uq_identity_document_document_id UNIQUE (document_id),
    FOREIGN KEY(document_id) REFERENCES document (id)
)
 STRICT;

CREATE TABLE identity_donor (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    donor_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    protected_why TEXT,
    secret BLOB,
    CONSTRAINT uq_identity_donor_donor_id UNIQUE (donor_id),
    FOREIGN KEY(donor_id) REFERENCES donor (id)
)
 STRICT;

CREATE INDEX ix_donor_folded ON identity_donor (folded);

CREATE TABLE identity_donor_account (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    donor_id INTEGER NOT NULL,
    iban TEXT NOT NULL,
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    CONSTRAINT uq_identity_donor_account_iban UNIQUE (iban)
)
 STRICT;

CREATE INDEX ix_donor_account_donor ON identity_donor_account (donor_id);

CREATE TABLE identity_donor_email (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    donor_id INTEGER NOT NULL,
    email TEXT NOT NULL,
    CONSTRAINT uq_identity_donor_email_donor_id_email UNIQUE (donor_id, email),
    FOREIGN KEY(donor_id) REFERENCES donor (id)
)
 STRICT;

CREATE INDEX ix_donor_email ON identity_donor_email (email);

CREATE TABLE identity_donor_word (
    donor_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (donor_id, word),
    FOREIGN KEY(donor_id) REFERENCES donor (id)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_donor_word ON identity_donor_word (word);

CREATE TABLE identity_payee (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    payee_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    iban TEXT,
    secret BLOB,
    CONSTRAINT uq_identity_payee_payee_id UNIQUE (payee_id),
    FOREIGN KEY(payee_id) REFERENCES payee (id)
)
 STRICT;

CREATE TABLE identity_person (
    person_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    CONSTRAINT uq_identity_person_person_id UNIQUE (person_id),
    FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE TABLE operation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    verb TEXT NOT NULL,
    at TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    subject TEXT,
    undoes_id INTEGER,
    done INTEGER DEFAULT 0 NOT NULL CHECK (done IN (0, 1)),
    CONSTRAINT uq_operation_uid UNIQUE (uid),
    FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT uq_operation_undoes_id UNIQUE (undoes_id),
    FOREIGN KEY(undoes_id) REFERENCES operation (id)
)
 STRICT;

CREATE UNIQUE INDEX uq_operation_open ON operation (done) WHERE done = 0;

CREATE TABLE payee_account (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    payee_id INTEGER NOT NULL,
    changed INTEGER DEFAULT 0 NOT NULL CHECK (changed IN (0, 1)),
    verified_by INTEGER,
    verified_on TEXT,
    verified_how TEXT,
    CONSTRAINT uq_payee_account_payee_id UNIQUE (payee_id),
    FOREIGN KEY(payee_id) REFERENCES payee (id),
    FOREIGN KEY(verified_by) REFERENCES person (id)
)
 STRICT;

CREATE TABLE payment_file (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    message TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    execute_on TEXT NOT NULL,
    n_payments INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    made_by INTEGER NOT NULL,
    agreed_by INTEGER,
    withdrawn INTEGER DEFAULT 0 NOT NULL CHECK (withdrawn IN (0, 1)),
    CONSTRAINT uq_payment_file_message UNIQUE (message),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(made_by) REFERENCES person (id),
    FOREIGN KEY(agreed_by) REFERENCES person (id)
)
 STRICT;

CREATE TABLE receipt (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'yearly')),
    donor_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    issued_on TEXT NOT NULL,
    language TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    made_by INTEGER NOT NULL,
    agreed_by INTEGER,
    repeats_id INTEGER,
    undone INTEGER DEFAULT 0 NOT NULL CHECK (undone IN (0, 1)),
    CONSTRAINT uq_receipt_number UNIQUE (number),
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(made_by) REFERENCES person (id),
    FOREIGN KEY(agreed_by) REFERENCES person (id),
    FOREIGN KEY(repeats_id) REFERENCES receipt (id)
)
 STRICT;

CREATE INDEX ix_receipt_donor ON receipt (donor_id);

CREATE TABLE reopening (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    period_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    asked_by INTEGER NOT NULL,
    agreed_by INTEGER NOT NULL,
    FOREIGN KEY(period_id) REFERENCES period (id),
    FOREIGN KEY(asked_by) REFERENCES person (id),
    FOREIGN KEY(agreed_by) REFERENCES person (id)
)
 STRICT;

CREATE TABLE statement (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    number TEXT,
    kind TEXT NOT NULL,
    opening_minor INTEGER,
    closing_minor INTEGER,
    start_on TEXT,
    end_on TEXT,
    FOREIGN KEY(batch_id) REFERENCES batch (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
)
 STRICT;

CREATE INDEX ix_statement_account ON statement (account_id, start_on);

CREATE INDEX ix_statement_batch ON statement (batch_id);

CREATE TABLE audit (
    id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('insert', 'update', 'delete')),
    "before" TEXT,
    "after" TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id)
)
 STRICT;

CREATE INDEX ix_audit_operation ON audit (operation_id);

CREATE TABLE campaign_paper (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('mandate', 'consent', 'letter', 'other')),
    document_id INTEGER NOT NULL,
    added_on TEXT NOT NULL,
    CONSTRAINT uq_campaign_paper_campaign_id_document_id UNIQUE (campaign_id, document_id),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    FOREIGN KEY(document_id) REFERENCES document (id)
)
 STRICT;

CREATE TABLE edition (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    report TEXT NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('public', 'auditor', 'internal')),
    campaign_id INTEGER,
    start_on TEXT,
    end_on TEXT NOT NULL,
    head_size INTEGER NOT NULL,
    head TEXT NOT NULL,
    last_number INTEGER NOT NULL,
    published_at TEXT NOT NULL,
    published_by INTEGER NOT NULL,
    superseded INTEGER DEFAULT 0 NOT NULL CHECK (superseded IN (0, 1)),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    FOREIGN KEY(published_by) REFERENCES person (id)
)
 STRICT;

CREATE INDEX ix_edition_report ON edition (report, campaign_id) WHERE superseded = 0;

CREATE TABLE entry (
    id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    number INTEGER,
    kind TEXT NOT NULL,
    dated TEXT NOT NULL,
    subject TEXT,
    n_lines INTEGER NOT NULL,
    posted INTEGER DEFAULT 0 NOT NULL CHECK (posted IN (0, 1)),
    reverses_id INTEGER,
    operation_id INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_entry_uid UNIQUE (uid),
    CONSTRAINT uq_entry_number UNIQUE (number),
    CONSTRAINT uq_entry_reverses_id UNIQUE (reverses_id),
    FOREIGN KEY(reverses_id) REFERENCES entry (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id)
)
 STRICT;

CREATE INDEX ix_entry_operation ON entry (operation_id);

CREATE TABLE erasure (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    donor_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('request', 'consent', 'needless')),
    CONSTRAINT uq_erasure_donor_id UNIQUE (donor_id),
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id)
)
 STRICT;

CREATE TABLE head (
    id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    chain BLOB NOT NULL,
    edge BLOB NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id),
    CONSTRAINT uq_head_size UNIQUE (size)
)
 STRICT;

CREATE TABLE identity_beneficiary (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT uq_identity_beneficiary_campaign_id UNIQUE (campaign_id),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id)
)
 STRICT;

CREATE TABLE identity_draft (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    draft_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    CONSTRAINT uq_identity_draft_draft_id UNIQUE (draft_id),
    FOREIGN KEY(draft_id) REFERENCES draft (id)
)
 STRICT;

CREATE TABLE identity_explanation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    explanation_id INTEGER NOT NULL,
    said TEXT NOT NULL,
    CONSTRAINT uq_identity_explanation_explanation_id UNIQUE (explanation_id),
    FOREIGN KEY(explanation_id) REFERENCES explanation (id)
)
 STRICT;

CREATE TABLE identity_history (
    id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    old_value TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id)
)
 STRICT;

CREATE INDEX ix_identity_history_operation ON identity_history (operation_id);

CREATE TABLE identity_reopening (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    reopening_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT uq_identity_reopening_reopening_id UNIQUE (reopening_id),
    FOREIGN KEY(reopening_id) REFERENCES reopening (id)
)
 STRICT;

CREATE TABLE line (
    id INTEGER NOT NULL,
    statement_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    booked_on TEXT NOT NULL,
    value_on TEXT,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('booked', 'pending', 'info')),
    standing TEXT NOT NULL CHECK (standing IN ('counted', 'unsure', 'dropped', 'superseded', 'withdrawn')),
    reversal INTEGER DEFAULT 0 NOT NULL CHECK (reversal IN (0, 1)),
    return_reason TEXT,
    "key" BLOB NOT NULL,
    n_details INTEGER NOT NULL,
    text_digest BLOB NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(statement_id) REFERENCES statement (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
)
 STRICT;

CREATE INDEX ix_line_key ON line (account_id, "key");

CREATE INDEX ix_line_statement ON line (statement_id);

CREATE TABLE mandate (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    taken_on TEXT NOT NULL,
    surplus TEXT NOT NULL,
    shortfall TEXT NOT NULL,
    late_gift TEXT NOT NULL,
    fee TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('person', 'cause')),
    disclosure TEXT NOT NULL CHECK (disclosure IN ('title', 'code')),
    method TEXT NOT NULL CHECK (method IN ('restricted', 'deferral', 'agency')),
    reserve_minor INTEGER NOT NULL,
    smallest_minor INTEGER NOT NULL,
    fallback TEXT NOT NULL,
    ended TEXT NOT NULL,
    vat TEXT NOT NULL CHECK (vat IN ('unsaid', 'with', 'without')),
    protected INTEGER DEFAULT 0 NOT NULL CHECK (protected IN (0, 1)),
    consent_scope TEXT NOT NULL,
    consent_on TEXT,
    consent_until TEXT,
    salt BLOB NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT uq_mandate_campaign_id_version UNIQUE (campaign_id, version),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id)
)
 STRICT;

CREATE TABLE pledge (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    donor_id INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    pledged_on TEXT NOT NULL,
    due_on TEXT,
    cancelled_on TEXT,
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id)
)
 STRICT;

CREATE TABLE quote (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    payee_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    received_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'refused', 'replaced')),
    vat TEXT NOT NULL CHECK (vat IN ('unsaid', 'with', 'without')),
    decided_on TEXT,
    document_id INTEGER,
    CONSTRAINT uq_quote_campaign_id_version UNIQUE (campaign_id, version),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    FOREIGN KEY(payee_id) REFERENCES payee (id),
    FOREIGN KEY(document_id) REFERENCES document (id)
)
 STRICT;

CREATE TABLE takeover (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    before_on TEXT NOT NULL,
    collected_minor INTEGER NOT NULL,
    returned_minor INTEGER NOT NULL,
    charged_back_minor INTEGER NOT NULL,
    fees_minor INTEGER NOT NULL,
    moved_in_minor INTEGER NOT NULL,
    moved_out_minor INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL,
    advanced_minor INTEGER NOT NULL,
    due_back_minor INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    agreed_by INTEGER NOT NULL,
    CONSTRAINT uq_takeover_campaign_id UNIQUE (campaign_id),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    FOREIGN KEY(agreed_by) REFERENCES person (id)
)
 STRICT;

CREATE TABLE correction (
    line_id INTEGER NOT NULL,
    corrects_id INTEGER NOT NULL,
    PRIMARY KEY (line_id),
    FOREIGN KEY(line_id) REFERENCES line (id),
    CONSTRAINT uq_correction_corrects_id UNIQUE (corrects_id),
    FOREIGN KEY(corrects_id) REFERENCES line (id)
)
 STRICT;

CREATE TABLE detail (
    id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    amount_minor INTEGER,
    PRIMARY KEY (id),
    CONSTRAINT uq_detail_line_id_ordinal UNIQUE (line_id, ordinal),
    FOREIGN KEY(line_id) REFERENCES line (id)
)
 STRICT;

CREATE TABLE edition_figure (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    edition_id INTEGER NOT NULL,
    fund_id INTEGER,
    name TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    CONSTRAINT uq_edition_figure_edition_id_fund_id_name UNIQUE (edition_id, fund_id, name),
    FOREIGN KEY(edition_id) REFERENCES edition (id),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
)
 STRICT;

CREATE TABLE edition_file (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    edition_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    language TEXT NOT NULL,
    size INTEGER NOT NULL,
    CONSTRAINT uq_edition_file_edition_id_sha256 UNIQUE (edition_id, sha256),
    FOREIGN KEY(edition_id) REFERENCES edition (id)
)
 STRICT;

CREATE TABLE identity_dropped (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT uq_identity_dropped_line_id UNIQUE (line_id),
    FOREIGN KEY(line_id) REFERENCES line (id)
)
 STRICT;

CREATE TABLE identity_line (
    line_id INTEGER NOT NULL,
    bank_reference TEXT,
    end_to_end TEXT,
    structured TEXT,
    remittance TEXT NOT NULL,
    name TEXT,
    iban TEXT,
    salt BLOB NOT NULL,
    raw BLOB NOT NULL,
    PRIMARY KEY (line_id),
    FOREIGN KEY(line_id) REFERENCES line (id)
)
 STRICT;

CREATE TABLE identity_mandate_text (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    mandate_id INTEGER NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    story TEXT NOT NULL,
    CONSTRAINT uq_identity_mandate_text_mandate_id_language UNIQUE (mandate_id, language),
    FOREIGN KEY(mandate_id) REFERENCES mandate (id)
)
 STRICT;

CREATE TABLE identity_processed (
    line_id INTEGER NOT NULL,
    parent TEXT,
    batch TEXT,
    our_reference TEXT,
    PRIMARY KEY (line_id),
    FOREIGN KEY(line_id) REFERENCES line (id)
)
 STRICT;

CREATE TABLE identity_quote (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    quote_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT uq_identity_quote_quote_id UNIQUE (quote_id),
    FOREIGN KEY(quote_id) REFERENCES quote (id)
)
 STRICT;

CREATE TABLE invoice (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    payee_id INTEGER NOT NULL,
    number TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    original_minor INTEGER,
    original_currency TEXT,
    issued_on TEXT NOT NULL,
    due_on TEXT,
    vat_minor INTEGER,
    reverse_charge_minor INTEGER,
    withholding_minor INTEGER,
    origins TEXT,
    state TEXT NOT NULL CHECK (state IN ('entered', 'approved')),
    document_id INTEGER,
    entry_id INTEGER,
    entered_by INTEGER NOT NULL,
    approved_by INTEGER,
    CONSTRAINT uq_invoice_payee_id_number UNIQUE (payee_id, number),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    FOREIGN KEY(payee_id) REFERENCES payee (id),
    FOREIGN KEY(document_id) REFERENCES document (id),
    FOREIGN KEY(entry_id) REFERENCES entry (id),
    FOREIGN KEY(entered_by) REFERENCES person (id),
    FOREIGN KEY(approved_by) REFERENCES person (id)
)
 STRICT;

CREATE TABLE line_sighting (
    line_id INTEGER NOT NULL,
    statement_id INTEGER NOT NULL,
    CONSTRAINT uq_line_sighting_line_id_statement_id UNIQUE (line_id, statement_id),
    FOREIGN KEY(line_id) REFERENCES line (id),
    FOREIGN KEY(statement_id) REFERENCES statement (id)
)
 STRICT;

CREATE INDEX ix_line_sighting_statement ON line_sighting (statement_id);

CREATE TABLE posting (
    id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    fund_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    flow TEXT NOT NULL,
    original_minor INTEGER,
    original_currency TEXT,
    rate TEXT,
    rate_on TEXT,
    rate_source TEXT,
    PRIMARY KEY (id),
    CONSTRAINT uq_posting_entry_id_ordinal UNIQUE (entry_id, ordinal),
    FOREIGN KEY(entry_id) REFERENCES entry (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
)
 STRICT;

CREATE TABLE processed (
    line_id INTEGER NOT NULL,
    gateway TEXT NOT NULL,
    kind TEXT NOT NULL,
    gross_minor INTEGER NOT NULL,
    fee_minor INTEGER NOT NULL,
    original_minor INTEGER,
    original_fee_minor INTEGER,
    original_currency TEXT,
    rate TEXT,
    settled_on TEXT,
    PRIMARY KEY (line_id),
    FOREIGN KEY(line_id) REFERENCES line (id)
)
 STRICT;

CREATE INDEX ix_processed_payout ON processed (kind) WHERE kind = 'payout';

CREATE TABLE reconciliation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    disposition TEXT NOT NULL,
    rule TEXT NOT NULL,
    evidence TEXT NOT NULL,
    accepted_by INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    undone INTEGER DEFAULT 0 NOT NULL CHECK (undone IN (0, 1)),
    FOREIGN KEY(line_id) REFERENCES line (id),
    FOREIGN KEY(entry_id) REFERENCES entry (id),
    FOREIGN KEY(accepted_by) REFERENCES person (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id)
)
 STRICT;

CREATE INDEX ix_reconciliation_late ON reconciliation (line_id) WHERE undone = 0 AND rule = 'late_refund';

CREATE UNIQUE INDEX uq_reconciliation_line ON reconciliation (line_id) WHERE undone = 0;

CREATE TABLE review (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    line_id INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'clear', 'returned')),
    raised_on TEXT NOT NULL,
    raised_by INTEGER NOT NULL,
    decided_on TEXT,
    decided_by INTEGER,
    agreed_by INTEGER,
    screened_on TEXT,
    undone INTEGER DEFAULT 0 NOT NULL CHECK (undone IN (0, 1)),
    CHECK (state = 'held' OR (decided_by IS NOT NULL AND agreed_by IS NOT NULL AND decided_by <> agreed_by)),
    FOREIGN KEY(line_id) REFERENCES line (id),
    FOREIGN KEY(raised_by) REFERENCES person (id),
    FOREIGN KEY(decided_by) REFERENCES person (id),
    FOREIGN KEY(agreed_by) REFERENCES person (id)
)
 STRICT;

CREATE INDEX ix_review_line ON review (line_id);

CREATE TABLE signature (
    id INTEGER NOT NULL,
    head_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(head_id) REFERENCES head (id),
    FOREIGN KEY(person_id) REFERENCES person (id)
)
 STRICT;

CREATE TABLE allocation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    reconciliation_id INTEGER NOT NULL,
    target TEXT NOT NULL CHECK (target IN ('campaign', 'foundation', 'suspense', 'invoice', 'account', 'transfer')),
    fund_id INTEGER NOT NULL,
    invoice_id INTEGER,
    account_id INTEGER,
    detail_id INTEGER,
    payee_id INTEGER,
    counterpart_id INTEGER,
    amount_minor INTEGER NOT NULL,
    booked_minor INTEGER,
    original_minor INTEGER,
    FOREIGN KEY(reconciliation_id) REFERENCES reconciliation (id),
    FOREIGN KEY(fund_id) REFERENCES fund (id),
    FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(detail_id) REFERENCES detail (id),
    FOREIGN KEY(payee_id) REFERENCES payee (id),
    FOREIGN KEY(counterpart_id) REFERENCES line (id)
)
 STRICT;

CREATE INDEX ix_allocation_account ON allocation (account_id) WHERE account_id IS NOT NULL;

CREATE INDEX ix_allocation_counterpart ON allocation (counterpart_id) WHERE counterpart_id IS NOT NULL;

CREATE INDEX ix_allocation_invoice ON allocation (invoice_id);

CREATE INDEX ix_allocation_reconciliation ON allocation (reconciliation_id);

CREATE INDEX ix_allocation_suspense ON allocation (fund_id) WHERE target = 'suspense';

CREATE TABLE approval (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    said TEXT NOT NULL,
    signed BLOB NOT NULL,
    request TEXT,
    CONSTRAINT uq_approval_invoice_id UNIQUE (invoice_id),
    FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id),
    CONSTRAINT uq_approval_request UNIQUE (request)
)
 STRICT;

CREATE TABLE disapproval (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    said TEXT NOT NULL,
    signed BLOB NOT NULL,
    request TEXT NOT NULL,
    FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    FOREIGN KEY(person_id) REFERENCES person (id),
    FOREIGN KEY(operation_id) REFERENCES operation (id),
    CONSTRAINT uq_disapproval_request UNIQUE (request)
)
 STRICT;

CREATE INDEX ix_disapproval_invoice ON disapproval (invoice_id);

CREATE TABLE identity_detail (
    detail_id INTEGER NOT NULL,
    bank_reference TEXT,
    end_to_end TEXT,
    structured TEXT,
    remittance TEXT NOT NULL,
    name TEXT,
    iban TEXT,
    PRIMARY KEY (detail_id),
    FOREIGN KEY(detail_id) REFERENCES detail (id)
)
 STRICT;

CREATE TABLE identity_invoice (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL,
    iban TEXT,
    reference TEXT,
    CONSTRAINT uq_identity_invoice_invoice_id UNIQUE (invoice_id),
    FOREIGN KEY(invoice_id) REFERENCES invoice (id)
)
 STRICT;

CREATE TABLE identity_review (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    review_id INTEGER NOT NULL,
    screened_against TEXT NOT NULL,
    said TEXT NOT NULL,
    CONSTRAINT uq_identity_review_review_id UNIQUE (review_id),
    FOREIGN KEY(review_id) REFERENCES review (id)
)
 STRICT;

CREATE TABLE paper (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    invoice_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('letter', 'invoice', 'approval', 'proof')),
    document_id INTEGER NOT NULL,
    added_on TEXT NOT NULL,
    CONSTRAINT uq_paper_invoice_id_kind_document_id UNIQUE (invoice_id, kind, document_id),
    FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    FOREIGN KEY(document_id) REFERENCES document (id)
)
 STRICT;

CREATE TABLE rule (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    ordinal INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'both')),
    bank_account_id INTEGER,
    least_minor INTEGER,
    most_minor INTEGER,
    target TEXT NOT NULL CHECK (target IN ('campaign', 'foundation', 'suspense', 'account', 'transfer')),
    campaign_id INTEGER,
    account_id INTEGER,
    donor_id INTEGER,
    learned_from INTEGER,
    off INTEGER DEFAULT 0 NOT NULL CHECK (off IN (0, 1)),
    FOREIGN KEY(bank_account_id) REFERENCES account (id),
    FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(learned_from) REFERENCES reconciliation (id)
)
 STRICT;

CREATE TABLE voucher (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    fund_id INTEGER NOT NULL,
    taker_id INTEGER,
    invoice_id INTEGER,
    payee_id INTEGER,
    donor_id INTEGER,
    amount_minor INTEGER NOT NULL,
    original_minor INTEGER,
    dated TEXT NOT NULL,
    entry_id INTEGER NOT NULL,
    document_id INTEGER,
    agreed_by INTEGER,
    undone INTEGER DEFAULT 0 NOT NULL CHECK (undone IN (0, 1)),
    FOREIGN KEY(fund_id) REFERENCES fund (id),
    FOREIGN KEY(taker_id) REFERENCES fund (id),
    FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    FOREIGN KEY(payee_id) REFERENCES payee (id),
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(entry_id) REFERENCES entry (id),
    FOREIGN KEY(document_id) REFERENCES document (id),
    FOREIGN KEY(agreed_by) REFERENCES person (id)
)
 STRICT;

CREATE INDEX ix_voucher_invoice ON voucher (invoice_id);

CREATE TABLE donation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    allocation_id INTEGER,
    voucher_id INTEGER,
    donor_id INTEGER,
    fund_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    given_on TEXT NOT NULL,
    anonymous INTEGER DEFAULT 0 NOT NULL CHECK (anonymous IN (0, 1)),
    undone INTEGER DEFAULT 0 NOT NULL CHECK (undone IN (0, 1)),
    CONSTRAINT uq_donation_allocation_id UNIQUE (allocation_id),
    FOREIGN KEY(allocation_id) REFERENCES allocation (id),
    CONSTRAINT uq_donation_voucher_id UNIQUE (voucher_id),
    FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    FOREIGN KEY(donor_id) REFERENCES donor (id),
    FOREIGN KEY(fund_id) REFERENCES fund (id)
)
 STRICT;

CREATE INDEX ix_donation_donor ON donation (donor_id, undone, amount_minor, given_on);

CREATE INDEX ix_donation_fund ON donation (fund_id, donor_id);

CREATE TABLE identity_disapproval (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    disapproval_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT uq_identity_disapproval_disapproval_id UNIQUE (disapproval_id),
    FOREIGN KEY(disapproval_id) REFERENCES disapproval (id)
)
 STRICT;

CREATE TABLE identity_rule (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    rule_id INTEGER NOT NULL,
    text TEXT,
    name TEXT,
    iban TEXT,
    CONSTRAINT uq_identity_rule_rule_id UNIQUE (rule_id),
    FOREIGN KEY(rule_id) REFERENCES rule (id)
)
 STRICT;

CREATE TABLE identity_voucher (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    voucher_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT uq_identity_voucher_voucher_id UNIQUE (voucher_id),
    FOREIGN KEY(voucher_id) REFERENCES voucher (id)
)
 STRICT;

CREATE TABLE payment (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    file_id INTEGER NOT NULL,
    invoice_id INTEGER,
    voucher_id INTEGER,
    line_id INTEGER,
    end_to_end TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    CONSTRAINT uq_payment_file_id_invoice_id UNIQUE (file_id, invoice_id),
    CONSTRAINT uq_payment_file_id_voucher_id UNIQUE (file_id, voucher_id),
    CONSTRAINT uq_payment_file_id_line_id UNIQUE (file_id, line_id),
    CHECK ((invoice_id IS NOT NULL) + (voucher_id IS NOT NULL) + (line_id IS NOT NULL) = 1),
    FOREIGN KEY(file_id) REFERENCES payment_file (id),
    FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    FOREIGN KEY(line_id) REFERENCES line (id),
    CONSTRAINT uq_payment_end_to_end UNIQUE (end_to_end)
)
 STRICT;

CREATE INDEX ix_payment_invoice ON payment (invoice_id);

CREATE TABLE receipt_donation (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    receipt_id INTEGER NOT NULL,
    donation_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    CONSTRAINT uq_receipt_donation_receipt_id_donation_id UNIQUE (receipt_id, donation_id),
    FOREIGN KEY(receipt_id) REFERENCES receipt (id),
    FOREIGN KEY(donation_id) REFERENCES donation (id)
)
 STRICT;

CREATE INDEX ix_receipt_donation_donation ON receipt_donation (donation_id);

CREATE TABLE refund_share (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    voucher_id INTEGER NOT NULL,
    donation_id INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    CONSTRAINT uq_refund_share_voucher_id_donation_id UNIQUE (voucher_id, donation_id),
    FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    FOREIGN KEY(donation_id) REFERENCES donation (id)
)
 STRICT;

CREATE INDEX ix_refund_share_donation ON refund_share (donation_id);
