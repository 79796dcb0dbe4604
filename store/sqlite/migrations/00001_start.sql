-- +goose Up

-- The one row of the store itself: its name, its secret under the master key, how
-- often the master key was changed, the number of the last lease, and the highest
-- revision of a row that was deleted, so that one put anew is at none it was at.
CREATE TABLE store (
    id TEXT NOT NULL,
    secret BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT;

-- Keys of holders. Rows are added at the end, stay as long as they are and are
-- never removed, so that SQLite never copies one to another page: a key that is
-- overwritten with zeros is gone.
CREATE TABLE holders (
    id INTEGER PRIMARY KEY,
    holder TEXT NOT NULL UNIQUE,
    wrapped BLOB NOT NULL CHECK (length(wrapped) = 72)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER holders_stay BEFORE DELETE ON holders BEGIN
    SELECT raise(ABORT, 'holders are not removed');
END;
-- +goose StatementEnd

CREATE TABLE entries (
    log TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (log, number)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries BEGIN
    SELECT raise(ABORT, 'logs are only appended to');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN
    SELECT raise(ABORT, 'logs are only appended to');
END;
-- +goose StatementEnd

CREATE TABLE jobs (
    queue TEXT NOT NULL,
    key TEXT NOT NULL,
    added INTEGER NOT NULL,
    again INTEGER,
    lease INTEGER NOT NULL,
    worker TEXT NOT NULL,
    until INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_added ON jobs (queue, added, key);

-- Collections, as store.Collections has them. The body is last: what does not
-- need it does not read it.

CREATE TABLE "received" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT '',
    "source" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "received_holder" ON "received" ("holder", "key");
CREATE INDEX "received_state" ON "received" ("state", "key");
CREATE INDEX "received_source" ON "received" ("source", "key");
CREATE INDEX "received_digest" ON "received" ("digest", "key");
CREATE INDEX "received_at" ON "received" ("at", "key");

CREATE TABLE "records" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT '',
    "file" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "records_holder" ON "records" ("holder", "key");
CREATE INDEX "records_kind" ON "records" ("kind", "key");
CREATE INDEX "records_file" ON "records" ("file", "key");
CREATE INDEX "records_at" ON "records" ("at", "key");
CREATE INDEX "records_holder_kind" ON "records" ("holder", "kind", "key");

CREATE TABLE "documents" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "digest" TEXT NOT NULL DEFAULT '',
    "file" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "documents_holder" ON "documents" ("holder", "key");
CREATE INDEX "documents_digest" ON "documents" ("digest", "key");
CREATE INDEX "documents_file" ON "documents" ("file", "key");
CREATE INDEX "documents_at" ON "documents" ("at", "key");

CREATE TABLE "profiles" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "last" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "profiles_holder" ON "profiles" ("holder", "key");
CREATE INDEX "profiles_last" ON "profiles" ("last", "key");

CREATE TABLE "files" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "source" TEXT NOT NULL DEFAULT '',
    "format" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "number" INTEGER NOT NULL DEFAULT 0,
    "sent" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "files_holder" ON "files" ("holder", "key");
CREATE INDEX "files_source" ON "files" ("source", "key");
CREATE INDEX "files_format" ON "files" ("format", "key");
CREATE INDEX "files_at" ON "files" ("at", "key");
CREATE INDEX "files_number" ON "files" ("number", "key");
CREATE INDEX "files_sent" ON "files" ("sent", "key");
CREATE INDEX "files_sent_at" ON "files" ("sent", "at", "key");

CREATE TABLE "identifiers" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "hash" TEXT NOT NULL DEFAULT '',
    "type" TEXT NOT NULL DEFAULT '',
    "subject" TEXT NOT NULL DEFAULT '',
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "identifiers_holder" ON "identifiers" ("holder", "key");
CREATE INDEX "identifiers_hash" ON "identifiers" ("hash", "key");
CREATE INDEX "identifiers_type" ON "identifiers" ("type", "key");
CREATE INDEX "identifiers_subject" ON "identifiers" ("subject", "key");

CREATE TABLE "subjects" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "source_hash" TEXT NOT NULL DEFAULT '',
    "stage" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "families" TEXT NOT NULL DEFAULT '',
    "ring" TEXT NOT NULL DEFAULT '',
    "merged" TEXT NOT NULL DEFAULT '',
    "rule" TEXT NOT NULL DEFAULT '',
    "weight" INTEGER NOT NULL DEFAULT 0,
    "probability" INTEGER NOT NULL DEFAULT 0,
    "since" INTEGER NOT NULL DEFAULT 0,
    "assessed" INTEGER NOT NULL DEFAULT 0,
    "from" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "subjects_holder" ON "subjects" ("holder", "key");
CREATE INDEX "subjects_source_hash" ON "subjects" ("source_hash", "key");
CREATE INDEX "subjects_stage" ON "subjects" ("stage", "key");
CREATE INDEX "subjects_state" ON "subjects" ("state", "key");
CREATE INDEX "subjects_families" ON "subjects" ("families", "key");
CREATE INDEX "subjects_ring" ON "subjects" ("ring", "key");
CREATE INDEX "subjects_merged" ON "subjects" ("merged", "key");
CREATE INDEX "subjects_rule" ON "subjects" ("rule", "key");
CREATE INDEX "subjects_weight" ON "subjects" ("weight", "key");
CREATE INDEX "subjects_probability" ON "subjects" ("probability", "key");
CREATE INDEX "subjects_since" ON "subjects" ("since", "key");
CREATE INDEX "subjects_assessed" ON "subjects" ("assessed", "key");
CREATE INDEX "subjects_from" ON "subjects" ("from", "key");
CREATE INDEX "subjects_state_weight" ON "subjects" ("state", "weight", "key");
CREATE INDEX "subjects_state_since" ON "subjects" ("state", "since", "key");
CREATE INDEX "subjects_stage_weight" ON "subjects" ("stage", "weight", "key");
CREATE INDEX "subjects_stage_state" ON "subjects" ("stage", "state", "key");
CREATE INDEX "subjects_stage_since" ON "subjects" ("stage", "since", "key");
CREATE INDEX "subjects_weight_state" ON "subjects" ("weight", "state", "key");
CREATE INDEX "subjects_rule_from" ON "subjects" ("rule", "from", "key");

CREATE TABLE "faces" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "faces_holder" ON "faces" ("holder", "key");

CREATE TABLE "rings" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "size" INTEGER NOT NULL DEFAULT 0,
    "assessed" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "rings_holder" ON "rings" ("holder", "key");
CREATE INDEX "rings_size" ON "rings" ("size", "key");
CREATE INDEX "rings_assessed" ON "rings" ("assessed", "key");

CREATE TABLE "cases" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "owner" TEXT NOT NULL DEFAULT '',
    "disposition" TEXT NOT NULL DEFAULT '',
    "audience" TEXT NOT NULL DEFAULT '',
    "opened" INTEGER NOT NULL DEFAULT 0,
    "due" INTEGER NOT NULL DEFAULT 0,
    "closed" INTEGER NOT NULL DEFAULT 0,
    "weight" INTEGER NOT NULL DEFAULT 0,
    "held" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "cases_holder" ON "cases" ("holder", "key");
CREATE INDEX "cases_subject" ON "cases" ("subject", "key");
CREATE INDEX "cases_state" ON "cases" ("state", "key");
CREATE INDEX "cases_owner" ON "cases" ("owner", "key");
CREATE INDEX "cases_disposition" ON "cases" ("disposition", "key");
CREATE INDEX "cases_audience" ON "cases" ("audience", "key");
CREATE INDEX "cases_opened" ON "cases" ("opened", "key");
CREATE INDEX "cases_due" ON "cases" ("due", "key");
CREATE INDEX "cases_closed" ON "cases" ("closed", "key");
CREATE INDEX "cases_weight" ON "cases" ("weight", "key");
CREATE INDEX "cases_held" ON "cases" ("held", "key");
CREATE INDEX "cases_state_due" ON "cases" ("state", "due", "key");
CREATE INDEX "cases_state_weight" ON "cases" ("state", "weight", "key");

CREATE TABLE "packages" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "case" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "packages_holder" ON "packages" ("holder", "key");
CREATE INDEX "packages_case" ON "packages" ("case", "key");
CREATE INDEX "packages_digest" ON "packages" ("digest", "key");
CREATE INDEX "packages_at" ON "packages" ("at", "key");

CREATE TABLE "concerns" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "concerns_holder" ON "concerns" ("holder", "key");
CREATE INDEX "concerns_subject" ON "concerns" ("subject", "key");
CREATE INDEX "concerns_kind" ON "concerns" ("kind", "key");
CREATE INDEX "concerns_state" ON "concerns" ("state", "key");
CREATE INDEX "concerns_at" ON "concerns" ("at", "key");

CREATE TABLE "shared" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "shared_holder" ON "shared" ("holder", "key");
CREATE INDEX "shared_until" ON "shared" ("until", "key");

CREATE TABLE "suppressions" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "indicator" TEXT NOT NULL DEFAULT '',
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "suppressions_holder" ON "suppressions" ("holder", "key");
CREATE INDEX "suppressions_subject" ON "suppressions" ("subject", "key");
CREATE INDEX "suppressions_indicator" ON "suppressions" ("indicator", "key");
CREATE INDEX "suppressions_until" ON "suppressions" ("until", "key");

CREATE TABLE "notices" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "person" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT '',
    "version" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "notices_holder" ON "notices" ("holder", "key");
CREATE INDEX "notices_person" ON "notices" ("person", "key");
CREATE INDEX "notices_kind" ON "notices" ("kind", "key");
CREATE INDEX "notices_version" ON "notices" ("version", "key");
CREATE INDEX "notices_at" ON "notices" ("at", "key");
CREATE INDEX "notices_until" ON "notices" ("until", "key");

CREATE TABLE "requests" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "case" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "due" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "requests_holder" ON "requests" ("holder", "key");
CREATE INDEX "requests_subject" ON "requests" ("subject", "key");
CREATE INDEX "requests_kind" ON "requests" ("kind", "key");
CREATE INDEX "requests_state" ON "requests" ("state", "key");
CREATE INDEX "requests_case" ON "requests" ("case", "key");
CREATE INDEX "requests_at" ON "requests" ("at", "key");
CREATE INDEX "requests_due" ON "requests" ("due", "key");

CREATE TABLE "links" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "purpose" TEXT NOT NULL DEFAULT '',
    "subject" TEXT NOT NULL DEFAULT '',
    "until" INTEGER NOT NULL DEFAULT 0,
    "used" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "links_holder" ON "links" ("holder", "key");
CREATE INDEX "links_purpose" ON "links" ("purpose", "key");
CREATE INDEX "links_subject" ON "links" ("subject", "key");
CREATE INDEX "links_until" ON "links" ("until", "key");
CREATE INDEX "links_used" ON "links" ("used", "key");

CREATE TABLE "accounts" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "login" TEXT NOT NULL DEFAULT '',
    "role" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "created" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "accounts_holder" ON "accounts" ("holder", "key");
CREATE INDEX "accounts_login" ON "accounts" ("login", "key");
CREATE INDEX "accounts_role" ON "accounts" ("role", "key");
CREATE INDEX "accounts_state" ON "accounts" ("state", "key");
CREATE INDEX "accounts_created" ON "accounts" ("created", "key");

CREATE TABLE "credentials" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "account" TEXT NOT NULL DEFAULT '',
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "credentials_holder" ON "credentials" ("holder", "key");
CREATE INDEX "credentials_account" ON "credentials" ("account", "key");

CREATE TABLE "sessions" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "account" TEXT NOT NULL DEFAULT '',
    "until" INTEGER NOT NULL DEFAULT 0,
    "seen" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "sessions_holder" ON "sessions" ("holder", "key");
CREATE INDEX "sessions_account" ON "sessions" ("account", "key");
CREATE INDEX "sessions_until" ON "sessions" ("until", "key");
CREATE INDEX "sessions_seen" ON "sessions" ("seen", "key");

CREATE TABLE "plans" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "plans_holder" ON "plans" ("holder", "key");
CREATE INDEX "plans_at" ON "plans" ("at", "key");

CREATE TABLE "sittings" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "plan" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "sittings_holder" ON "sittings" ("holder", "key");
CREATE INDEX "sittings_subject" ON "sittings" ("subject", "key");
CREATE INDEX "sittings_plan" ON "sittings" ("plan", "key");
CREATE INDEX "sittings_state" ON "sittings" ("state", "key");
CREATE INDEX "sittings_at" ON "sittings" ("at", "key");

CREATE TABLE "draws" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "plan" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "draws_holder" ON "draws" ("holder", "key");
CREATE INDEX "draws_subject" ON "draws" ("subject", "key");
CREATE INDEX "draws_plan" ON "draws" ("plan", "key");
CREATE INDEX "draws_state" ON "draws" ("state", "key");
CREATE INDEX "draws_at" ON "draws" ("at", "key");

CREATE TABLE "follow_ups" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "plan" TEXT NOT NULL DEFAULT '',
    "draw" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "follow_ups_holder" ON "follow_ups" ("holder", "key");
CREATE INDEX "follow_ups_subject" ON "follow_ups" ("subject", "key");
CREATE INDEX "follow_ups_plan" ON "follow_ups" ("plan", "key");
CREATE INDEX "follow_ups_draw" ON "follow_ups" ("draw", "key");
CREATE INDEX "follow_ups_state" ON "follow_ups" ("state", "key");
CREATE INDEX "follow_ups_at" ON "follow_ups" ("at", "key");
CREATE INDEX "follow_ups_until" ON "follow_ups" ("until", "key");

CREATE TABLE "stills" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "visit" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "stills_holder" ON "stills" ("holder", "key");
CREATE INDEX "stills_subject" ON "stills" ("subject", "key");
CREATE INDEX "stills_visit" ON "stills" ("visit", "key");
CREATE INDEX "stills_at" ON "stills" ("at", "key");
CREATE INDEX "stills_until" ON "stills" ("until", "key");

CREATE TABLE "comparisons" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "comparisons_holder" ON "comparisons" ("holder", "key");
CREATE INDEX "comparisons_subject" ON "comparisons" ("subject", "key");
CREATE INDEX "comparisons_state" ON "comparisons" ("state", "key");
CREATE INDEX "comparisons_at" ON "comparisons" ("at", "key");

CREATE TABLE "papers" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "part" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "papers_holder" ON "papers" ("holder", "key");
CREATE INDEX "papers_subject" ON "papers" ("subject", "key");
CREATE INDEX "papers_part" ON "papers" ("part", "key");
CREATE INDEX "papers_at" ON "papers" ("at", "key");
CREATE INDEX "papers_until" ON "papers" ("until", "key");

CREATE TABLE "tokens" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "created" INTEGER NOT NULL DEFAULT 0,
    "until" INTEGER NOT NULL DEFAULT 0,
    "seen" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "tokens_holder" ON "tokens" ("holder", "key");
CREATE INDEX "tokens_created" ON "tokens" ("created", "key");
CREATE INDEX "tokens_until" ON "tokens" ("until", "key");
CREATE INDEX "tokens_seen" ON "tokens" ("seen", "key");

CREATE TABLE "settings" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "settings_holder" ON "settings" ("holder", "key");

CREATE TABLE "policies" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "policies_holder" ON "policies" ("holder", "key");
CREATE INDEX "policies_state" ON "policies" ("state", "key");
CREATE INDEX "policies_at" ON "policies" ("at", "key");

CREATE TABLE "filters" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "account" TEXT NOT NULL DEFAULT '',
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "filters_holder" ON "filters" ("holder", "key");
CREATE INDEX "filters_account" ON "filters" ("account", "key");

CREATE TABLE "cursors" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "connector" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "cursors_holder" ON "cursors" ("holder", "key");
CREATE INDEX "cursors_connector" ON "cursors" ("connector", "key");
CREATE INDEX "cursors_state" ON "cursors" ("state", "key");
CREATE INDEX "cursors_at" ON "cursors" ("at", "key");

CREATE TABLE "hooked" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "hooked_holder" ON "hooked" ("holder", "key");
CREATE INDEX "hooked_until" ON "hooked" ("until", "key");

CREATE TABLE "scim_users" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "username" TEXT NOT NULL DEFAULT '',
    "external" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "modified" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "scim_users_holder" ON "scim_users" ("holder", "key");
CREATE INDEX "scim_users_username" ON "scim_users" ("username", "key");
CREATE INDEX "scim_users_external" ON "scim_users" ("external", "key");
CREATE INDEX "scim_users_state" ON "scim_users" ("state", "key");
CREATE INDEX "scim_users_modified" ON "scim_users" ("modified", "key");

CREATE TABLE "deliveries" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "target" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "at" INTEGER NOT NULL DEFAULT 0,
    "next" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "deliveries_holder" ON "deliveries" ("holder", "key");
CREATE INDEX "deliveries_target" ON "deliveries" ("target", "key");
CREATE INDEX "deliveries_state" ON "deliveries" ("state", "key");
CREATE INDEX "deliveries_at" ON "deliveries" ("at", "key");
CREATE INDEX "deliveries_next" ON "deliveries" ("next", "key");

CREATE TABLE "details" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "details_holder" ON "details" ("holder", "key");

CREATE TABLE "checkins" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "subject" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "link" TEXT NOT NULL DEFAULT '',
    "visit" TEXT NOT NULL DEFAULT '',
    "asked" TEXT NOT NULL DEFAULT '',
    "made" INTEGER NOT NULL DEFAULT 0,
    "until" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "checkins_holder" ON "checkins" ("holder", "key");
CREATE INDEX "checkins_subject" ON "checkins" ("subject", "key");
CREATE INDEX "checkins_state" ON "checkins" ("state", "key");
CREATE INDEX "checkins_link" ON "checkins" ("link", "key");
CREATE INDEX "checkins_visit" ON "checkins" ("visit", "key");
CREATE INDEX "checkins_asked" ON "checkins" ("asked", "key");
CREATE INDEX "checkins_made" ON "checkins" ("made", "key");
CREATE INDEX "checkins_until" ON "checkins" ("until", "key");

CREATE TABLE "tree" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "holder" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT '',
    "number" INTEGER NOT NULL DEFAULT 0,
    "body" BLOB NOT NULL
) STRICT;
CREATE INDEX "tree_holder" ON "tree" ("holder", "key");
CREATE INDEX "tree_kind" ON "tree" ("kind", "key");
CREATE INDEX "tree_number" ON "tree" ("number", "key");
