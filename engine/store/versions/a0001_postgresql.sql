CREATE TABLE campaign (
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    workflow TEXT NOT NULL,
    calendar TEXT NOT NULL,
    extra TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    adopted_on TEXT NOT NULL,
    trial BIGINT NOT NULL,
    rehearsal BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    head TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    gate_verdict TEXT NOT NULL,
    parent BIGINT NOT NULL,
    parent_unit TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (key),
    UNIQUE (uid)
)

CREATE INDEX campaign_parent ON campaign (parent)

CREATE TABLE phase (
    campaign BIGINT NOT NULL,
    phase TEXT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    opened_at BIGINT,
    entered_at BIGINT,
    left_at BIGINT,
    left_by TEXT NOT NULL,
    PRIMARY KEY (campaign, phase)
)

CREATE TABLE assignment (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    task TEXT NOT NULL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    role TEXT NOT NULL,
    phase TEXT NOT NULL,
    state TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    received_on TEXT,
    submitted_on TEXT,
    first_submitted_on TEXT,
    settled_on TEXT,
    submissions BIGINT NOT NULL,
    extensions BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (campaign, task, unit, period)
)

CREATE INDEX assignment_unit ON assignment (campaign, unit)

CREATE TABLE deadline (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    assignment BIGINT NOT NULL,
    phase TEXT NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    first_due_on TEXT NOT NULL,
    basis TEXT NOT NULL,
    anchor_on TEXT NOT NULL,
    "offset" TEXT NOT NULL,
    ladder TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    remaining BIGINT,
    next_at BIGINT,
    PRIMARY KEY (id)
)

CREATE INDEX deadline_assignment ON deadline (assignment, kind)

CREATE INDEX deadline_campaign ON deadline (campaign, kind)

CREATE TABLE occurrence (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    rung TEXT NOT NULL,
    n_from BIGINT NOT NULL,
    n_to BIGINT NOT NULL,
    level BIGINT NOT NULL,
    scheduled_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    signed_at BIGINT,
    PRIMARY KEY (id),
    UNIQUE (deadline, epoch, rung, n_from)
)

CREATE INDEX occurrence_campaign ON occurrence (campaign)

CREATE TABLE armed (
    at BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    ref BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    PRIMARY KEY (at, kind, ref)
)

CREATE INDEX armed_campaign ON armed (campaign, at)

CREATE TABLE item (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    level BIGINT NOT NULL,
    channel TEXT NOT NULL,
    delivery TEXT NOT NULL,
    ready_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    assignment BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    notice BIGINT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX item_notice ON item (notice)

CREATE INDEX item_occurrence ON item (occurrence)

CREATE INDEX item_waiting ON item (campaign, state, ready_at)

CREATE TABLE notice (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    level BIGINT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    day TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    number TEXT NOT NULL,
    "to" TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    digest TEXT NOT NULL,
    sent_at BIGINT,
    corrects BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (digest)
)

CREATE INDEX notice_campaign ON notice (campaign, state)

CREATE TABLE outbox (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    notice BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    error TEXT NOT NULL,
    settled_at BIGINT,
    lease_until BIGINT,
    lease TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX outbox_next ON outbox (state, channel, next_at)

CREATE INDEX outbox_notice ON outbox (notice)

CREATE TABLE lane (
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    fence BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    until BIGINT,
    reason TEXT NOT NULL,
    PRIMARY KEY (channel, recipient)
)

CREATE TABLE sending (
    ref BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ref, fence)
)

CREATE INDEX sending_at ON sending (at)

CREATE INDEX sending_recipient ON sending (channel, recipient, at)

CREATE TABLE evidence (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    assignment BIGINT NOT NULL,
    submission BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX evidence_assignment ON evidence (assignment)

CREATE INDEX evidence_campaign ON evidence (campaign, kind)

CREATE TABLE event (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    assignment BIGINT NOT NULL,
    submission BIGINT NOT NULL,
    number BIGINT NOT NULL,
    happened_on TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    taken_back_on TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX event_assignment ON event (assignment)

CREATE INDEX event_campaign ON event (campaign)

CREATE TABLE approval (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX approval_campaign ON approval (campaign, name)

CREATE TABLE tally (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    quota TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    number BIGINT NOT NULL,
    happened_on TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX tally_campaign ON tally (campaign, quota)

CREATE TABLE indicator_score (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL,
    points TEXT NOT NULL,
    scored_on TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (campaign, indicator, unit, period, kind)
)

CREATE TABLE proof (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    slot TEXT NOT NULL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    proved_on TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX proof_file ON proof (campaign, sha256)

CREATE INDEX proof_slot ON proof (campaign, indicator, slot, unit)

CREATE TABLE veto (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    unit TEXT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    lifted_on TEXT,
    lifted_by TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX veto_campaign ON veto (campaign, indicator)

CREATE TABLE judgement (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    unit TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    judged_on TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (campaign, sha256, unit)
)

CREATE TABLE pause (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    scope TEXT NOT NULL,
    ref TEXT NOT NULL,
    shift BIGINT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT,
    PRIMARY KEY (id)
)

CREATE INDEX pause_campaign ON pause (campaign)

CREATE TABLE objection (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    assignment BIGINT NOT NULL,
    pause BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    raised_on TEXT NOT NULL,
    decided_on TEXT,
    decision TEXT NOT NULL,
    successor TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX objection_assignment ON objection (assignment)

CREATE INDEX objection_campaign ON objection (campaign, state)

CREATE TABLE hold (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    level BIGINT NOT NULL,
    reason TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT,
    PRIMARY KEY (id)
)

CREATE INDEX hold_deadline ON hold (deadline)

CREATE TABLE contact (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    unit TEXT NOT NULL,
    level BIGINT NOT NULL,
    address TEXT NOT NULL,
    channel TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX contact_unit ON contact (campaign, unit, level)

CREATE TABLE document_number (
    issuer TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (issuer, year)
)

CREATE TABLE round (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    outcome TEXT NOT NULL,
    due_on TEXT,
    seed TEXT NOT NULL,
    seed_from TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (campaign, name)
)

CREATE TABLE remark (
    id BIGINT NOT NULL,
    campaign BIGINT NOT NULL,
    round BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    teller TEXT NOT NULL,
    text TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    state TEXT NOT NULL,
    task TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE INDEX remark_round ON remark (campaign, round)

CREATE TABLE answer (
    campaign BIGINT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (campaign, key)
)

CREATE TABLE system (
    id BIGINT NOT NULL,
    uid TEXT NOT NULL,
    installation TEXT NOT NULL,
    rehearsal BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    head TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    campaigns BIGINT NOT NULL,
    clock_from BIGINT NOT NULL,
    clock_to BIGINT NOT NULL,
    PRIMARY KEY (id)
)

CREATE TABLE journal (
    journal BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    data BYTEA NOT NULL,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (journal, seq)
)

CREATE TABLE blob (
    sha TEXT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (sha)
)

CREATE TABLE worker (
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    every BIGINT NOT NULL,
    beats BIGINT NOT NULL,
    moments BIGINT NOT NULL,
    notices BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    last_beat BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    PRIMARY KEY (id)
)

CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$

CREATE TRIGGER journal_rows BEFORE DELETE OR UPDATE ON journal
FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()

CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()

ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_rows

ALTER TABLE journal ENABLE ALWAYS TRIGGER journal_truncate
