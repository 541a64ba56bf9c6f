-- Run by quarry_owner. The roles quarry_app and quarry_search exist already: whoever provides the database makes them.
-- Row-level security is forced on every table with a tenant; a transaction names its tenant in the setting quarry.tenant.
-- Flyway makes the schema itself: its own history lies there.
grant usage on schema quarry to quarry_app, quarry_search;

create function quarry.tenant() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('quarry.tenant', true), '')::uuid
$$;

-- The stores that a transaction may see: '*' is all (null), without the setting none. A tenant's transaction names them in quarry.stores.
create function quarry.stores() returns uuid[] language sql stable parallel safe as $$
  select case when current_setting('quarry.stores', true) = '*' then null
              else coalesce(nullif(current_setting('quarry.stores', true), ''), '{}')::uuid[] end
$$;

-- ---------------------------------------------------------------- tenants, keys
create table quarry.tenant (
  id           uuid primary key,
  name         text not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  attempts_cap int  not null default 100 check (attempts_cap > 0),
  external_id  uuid not null unique default gen_random_uuid(),   -- what roles of its cloud accounts ask for before they let us in; never another tenant's
  created_at   timestamptz not null default now()
);

-- What operators let a tenant's stores use; the bootstrap tenant also has what the settings grant.
create table quarry.tenant_grant (
  tenant     uuid not null references quarry.tenant,
  kind       text not null check (kind in ('filesystem-root', 'store-endpoint', 'ambient-identity', 'assume-role')),
  value      text not null,                      -- a resolved path; host:port; a kind of store; a role's ARN
  granted_at timestamptz not null default now(),
  primary key (tenant, kind, value)
);

-- Signing keys (ES256) and ticket keys (HMAC), sealed with AES-GCM under the master key, which is never in the database.
create table quarry.sealed_key (
  purpose    text not null check (purpose in ('SIGNING', 'TICKET')),
  version    int  not null check (version > 0),
  state      text not null check (state in ('NEXT', 'CURRENT', 'PREVIOUS', 'RETIRED')),
  sealed     bytea not null,
  since      timestamptz not null default now(),   -- in this state
  primary key (purpose, version)
);
create unique index sealed_key_one_current on quarry.sealed_key (purpose) where state = 'CURRENT';
create unique index sealed_key_one_next on quarry.sealed_key (purpose) where state = 'NEXT';

-- What may be shown once, at whichever process. Unlogged: each request of an agent that proves its key writes one, and all are worthless in minutes.
create unlogged table quarry.used_proof (
  digest bytea primary key check (length(digest) = 32),
  until  timestamptz not null
);

-- Codes of the log-in that nobody has redeemed yet. Unlogged: they never reach a backup, and whom a crash takes one signs in again.
create unlogged table quarry.login_code (
  digest bytea primary key check (length(digest) = 32),
  sealed bytea not null,                         -- what it stands for, AES-GCM under the master key, bound to the digest
  until  timestamptz not null
);

-- Log-ins that somebody signed out of, until a copy of their cookie would be refused for its age. Logged, unlike those above: a crash brings no copy back.
create table quarry.ended_login (
  id    uuid primary key,                        -- as the cookie names it
  until timestamptz not null
);

-- ---------------------------------------------------------------- stores and runs
create table quarry.store (
  tenant         uuid not null references quarry.tenant,
  id             uuid not null unique,
  name           text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  kind           text not null check (kind in ('filesystem', 's3', 'azure')),
  root           bytea not null,                 -- the path's bytes: file names need not be text; s3, azure: the prefix of all keys
  settings       jsonb,                          -- S3Settings, AzureSettings or FilesystemSettings as JSON, without the secret
  secret_sealed  bytea,                          -- their secret, AES-GCM under the master key; null: this process' own identity
  include_hidden boolean not null default false,
  delete_percent int check (delete_percent between 0 and 100),   -- of its files that a run deletes without asking; null: as the deployment has it
  delete_unasked int check (delete_unasked >= 0),                -- vanished files below which nobody is asked; null: likewise
  concurrency    int check (concurrency > 0),     -- its listings, and its downloads, at once; null: as the deployment has it
  site           text not null default 'default',
  created_at     timestamptz not null default now(),
  primary key (tenant, id),
  unique (tenant, name)
);

create table quarry.store_filter (
  tenant   uuid not null,
  store    uuid not null,
  settings jsonb not null,                       -- checked when they were set; may be long
  primary key (tenant, store),
  foreign key (tenant, store) references quarry.store (tenant, id)
);

-- Keys that a run is told to look at, and at nothing else. Apart from the run, which a workflow opens that must not carry them.
create table quarry.key_list (
  tenant     uuid not null,
  id         uuid not null,
  store      uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant, id),
  foreign key (tenant, store) references quarry.store (tenant, id)
);
create index key_list_by_store on quarry.key_list (tenant, store);

create table quarry.listed_key (
  tenant     uuid not null,
  list       uuid not null,
  key        bytea not null,
  key_sha256 bytea not null check (length(key_sha256) = 32),
  found      boolean not null default false,
  primary key (tenant, list, key_sha256),
  foreign key (tenant, list) references quarry.key_list (tenant, id) on delete cascade
);

create table quarry.run (
  tenant             uuid not null,
  id                 uuid not null unique,
  store              uuid not null,
  generation         int  not null check (generation > 0),
  workflow_id        text not null,
  first_execution_id text not null,
  chain_started_at   timestamptz not null,
  state              text not null check (state in ('LIVE', 'CLOSING', 'COMPLETED', 'COMPLETED_WITH_FAILURES', 'CANCELLED', 'ABORTED')),
  dispatch           boolean not null default true,
  key_list           uuid,                       -- it looks at these keys only; null: at the whole store
  paused             boolean not null default false,
  cancelled          boolean not null default false,   -- what closeRun was told
  extractor_set      text not null,              -- fingerprint of the registered lanes when the run was opened
  listing_complete   boolean not null default false,
  gaps               boolean not null default false,
  -- what the listing concluded by itself; what units concluded is counted on the units
  listed       bigint not null default 0,
  bytes_listed bigint not null default 0,
  unchanged    bigint not null default 0,
  moved        bigint not null default 0,
  filtered     bigint not null default 0,
  no_content   bigint not null default 0,        -- empty, or of no lane: concluded by the listing, without a job
  carried      bigint not null default 0,
  too_large    bigint not null default 0,        -- no node holds them: concluded FAILED(TOO_LARGE) by the listing, without a job
  archived     bigint not null default 0,        -- in the store's archive: concluded FAILED(ARCHIVED) by the listing, without a job
  dispatched   bigint not null default 0,        -- made pending by this run's listing
  withdrawn    bigint not null default 0,        -- pending in no unit when the run was cancelled, concluded FAILED(CANCELLED)
  deleted      bigint not null default 0,
  vanished     bigint not null default 0,        -- no longer in the store when the run closed; deleted if DELETION says so
  deletion     text check (deletion in ('ALLOWED', 'ASKED', 'KEPT')),   -- null: not decided yet. ASKED waits for a person
  -- numbers of the last calls of advance and takeUnits
  advance_seq  int not null default 0,
  units_seq    int not null default 0,
  next_unit    int not null default 1,
  warnings     text[] not null default '{}',
  -- the store does not answer: since when, when last asked, and what it says
  waits_since  timestamptz,
  waits_at     timestamptz,
  waits_for    text,
  balanced     boolean,
  imbalance    text,
  opened_at    timestamptz not null default now(),
  ended_at     timestamptz,
  primary key (tenant, id),
  foreign key (tenant, store) references quarry.store (tenant, id),
  unique (tenant, store, generation),
  unique (tenant, store, first_execution_id)
);
create unique index run_one_live on quarry.run (tenant, store) where state in ('LIVE', 'CLOSING');

-- ---------------------------------------------------------------- folders, scopes, files
create table quarry.folder (
  tenant      uuid not null,
  id          uuid not null unique,
  store       uuid not null,
  parent      uuid,                              -- null: the store's root
  path        bytea not null,                    -- relative to the root, '/' between names, empty for the root
  path_sha256 bytea not null check (length(path_sha256) = 32),
  name        bytea not null,
  display     text  not null,                    -- cleaned
  vanished_generation int,                       -- the run that no longer found it
  primary key (tenant, id),
  foreign key (tenant, store) references quarry.store (tenant, id),
  unique (tenant, store, path_sha256)
);
create index folder_by_parent on quarry.folder (tenant, parent, name);
create index folder_vanished on quarry.folder (tenant, store, vanished_generation, id) where vanished_generation is not null;

create table quarry.scope (
  tenant   uuid not null,
  run      uuid not null,
  folder   uuid not null,
  begins   bytea not null default '',            -- its names come after this one; empty: at the folder's beginning
  until    bytea,                                -- its last name may be this one; null: the folder's end
  state    text not null check (state in ('OPEN', 'COMPLETE', 'FAILED')),
  after    bytea,                                -- the name listed last: our own page token
  pages    int    not null default 0,
  probed_pages int not null default 0,           -- pages when somebody last looked where it could be split
  entries  bigint not null default 0,            -- files listed
  first_name bytea,                              -- of a file or a folder, in the order of the listing
  last_name  bytea,
  reason   text,                                 -- why it FAILED
  seq      bigint generated always as identity,  -- listing order
  primary key (tenant, run, folder, begins),
  foreign key (tenant, run) references quarry.run (tenant, id)
);
create index scope_open on quarry.scope (tenant, run, seq) where state = 'OPEN';
create index scope_failed on quarry.scope (tenant, run) where state = 'FAILED';

-- Folders that a run finds gone as a whole, those that it missed and all below them: made level by level, and forgotten when the run has ended.
create table quarry.gone_folder (
  tenant uuid not null,
  run    uuid not null,
  folder uuid not null,
  seq    bigint generated always as identity,    -- parents come before what is in them
  primary key (tenant, run, folder),
  foreign key (tenant, run) references quarry.run (tenant, id)
);
create index gone_folder_by_seq on quarry.gone_folder (tenant, run, seq);

create sequence quarry.pending_order;

create table quarry.file (
  tenant      uuid not null,
  id          uuid not null,
  store       uuid not null,
  folder      uuid not null,
  name        bytea not null,                    -- the last part of the key
  key         bytea not null,
  key_sha256  bytea not null check (length(key_sha256) = 32),
  display     text not null,                     -- cleaned name
  path        text not null,                     -- cleaned key
  -- the version last seen
  size        bigint not null check (size >= 0),
  modified    timestamptz,
  version     text not null,
  lane        text,
  -- where it stands
  outcome     text not null check (outcome in ('PENDING', 'INDEXED', 'NO_CONTENT', 'MOVED', 'FILTERED', 'FAILED', 'DELETED')),
  reason      text,
  partial     text[] not null default '{}',
  detail      text,
  media_type  text,
  content_sha256 bytea,                          -- as the API computed it while streaming
  content_type   text,                           -- as its first bytes told the API while streaming
  first_concluded int,                           -- the run in which a job concluded it first
  generation  int not null,                      -- the run that put it where it stands
  first_seen  int,                               -- the run that listed its key first
  pending_seq bigint,                            -- order of packing while PENDING
  unit        uuid,                              -- the unit it was packed into while PENDING
  -- the fingerprint last concluded
  concluded_version    text,
  concluded_extractors text,
  -- what the store vouches for: a vanished file with the identity of a new one was moved
  identity             text,
  parked               boolean not null default false,   -- PENDING, but perhaps moved: known when the listing is complete
  moved_generation     int,                      -- the run that found it under its present key
  moved_from           text,                     -- its cleaned key before
  oversized            boolean not null default false,   -- FAILED(TOO_LARGE) because no node holds it, not because an extractor said so
  vanished_generation  int,                      -- the run whose listing no longer held it; deleted when that run closes
  primary key (tenant, id),
  unique (tenant, store, key_sha256)
) partition by hash (tenant);
create index file_by_folder on quarry.file (tenant, folder, name);
create index file_to_pack on quarry.file (tenant, store, pending_seq) where outcome = 'PENDING' and unit is null;
create index file_by_outcome on quarry.file (tenant, store, outcome, id);
-- By hash, since every file of a first listing pays for it.
create index file_by_identity on quarry.file (tenant, hashtextextended(identity, 0)) where identity is not null;
create index file_parked on quarry.file (tenant, store, identity) where parked;
create index file_vanished on quarry.file (tenant, store, vanished_generation, id) where vanished_generation is not null;
create index file_vanished_content on quarry.file (tenant, store, vanished_generation, content_sha256) where vanished_generation is not null and content_sha256 is not null;
create index file_moved on quarry.file (tenant, store, moved_generation, id) where moved_generation is not null;
-- New since the first run, which has nothing that could have been moved; without those that are known again. As a difference: of an equation of two columns,
-- one of which a query compares with a constant, the planner makes two with the constant, and then does not see that this index fits.
create index file_new_content on quarry.file (tenant, store, content_sha256) where content_sha256 is not null and first_concluded > 1 and first_concluded - generation = 0
  and moved_generation is distinct from generation;

-- ---------------------------------------------------------------- units and attempts (protocol.md, section 1)
create table quarry.unit (
  tenant     uuid not null,
  id         uuid not null unique,
  run        uuid not null,
  number     int  not null,
  taken_seq  int  not null,                      -- number of the takeUnits that made it
  lane       text not null,
  epoch      int  not null default 0,
  state      text not null default 'OPEN' check (state in ('OPEN', 'DONE')),
  files      int  not null,
  bytes      bigint not null,
  indexed    int  not null default 0,
  no_content int  not null default 0,
  filtered   int  not null default 0,            -- by what their first bytes are
  failed     int  not null default 0,
  bytes_done bigint not null default 0,
  created_at timestamptz not null default now(),
  primary key (tenant, id),
  foreign key (tenant, run) references quarry.run (tenant, id),
  unique (tenant, run, number)
);
create index unit_open on quarry.unit (tenant, run) where state = 'OPEN';

create table quarry.unit_item (
  tenant  uuid not null,
  unit    uuid not null,
  n       int  not null,
  file    uuid not null,
  version text not null,
  size    bigint not null,
  outcome text check (outcome in ('INDEXED', 'NO_CONTENT', 'FILTERED', 'FAILED')),   -- null: missing
  reason  text,
  -- tried again for the store's sake
  unread  int not null default 0,                -- attempts that could not read it, and do not count
  changed boolean not null default false,        -- not the pinned version any more: the next open asks for the new one
  pinned_again boolean not null default false,   -- which happens once
  concluded_at timestamptz,
  primary key (tenant, unit, n),
  foreign key (tenant, unit) references quarry.unit (tenant, id)
);
create index unit_item_by_file on quarry.unit_item (file);

create table quarry.job_attempt (
  tenant        uuid not null,
  id            uuid not null unique,
  run           uuid not null,
  unit          uuid not null,
  epoch         int  not null check (epoch > 0),
  request_id    uuid not null,
  state         text not null check (state in ('PENDING', 'RUNNING', 'SETTLED', 'CANCELLED')),
  job_id        text not null check (length(job_id) <= 64),
  handle        text,
  nonce_sha256  bytea,
  proof_key     text,                            -- thumbprint of the key that its tokens are bound to (RFC 9449)
  ticket_key_version int not null,
  ticket_expires timestamptz not null,
  ticket_private boolean not null,
  token_serial  int not null default 0,
  hard_deadline timestamptz not null,
  byte_budget   bigint not null,
  bytes_served  bigint not null default 0,
  rows_recorded  bigint not null default 0,      -- extractions, segments and artifacts that it sent
  bytes_recorded bigint not null default 0,      -- of its result lines and artifacts
  end_known     boolean not null default false,
  proven        boolean,
  claimed_twice boolean not null default false,
  end_state     text,
  end_exit      int,
  end_reason    text,
  opened_at     timestamptz not null default now(),
  claimed_at    timestamptz,
  heard_at      timestamptz not null default now(),   -- claim, renew or results, whichever was last
  closed_at     timestamptz,
  -- what its job asks for: kept, because every execution of runJob must build the same job, whatever the settings are by then. Null: it never had one
  image         text,
  node_class    text,
  cpu_mhz       int,
  memory_mb     int,
  disk_mb       int,
  max_runtime_seconds int,
  exhausted     text check (exhausted in ('MEMORY', 'DISK')),   -- the escalation has come to the largest node: no job
  exhausted_detail text,
  -- what the agent says that it used
  peak_memory_mb int,
  peak_disk_mb   int,
  cpu_seconds    double precision,
  primary key (tenant, id),
  foreign key (tenant, unit) references quarry.unit (tenant, id),
  unique (tenant, unit, epoch),
  unique (tenant, unit, request_id)
);
create unique index job_attempt_one_open on quarry.job_attempt (tenant, unit) where state in ('PENDING', 'RUNNING');
create index job_attempt_open_by_run on quarry.job_attempt (tenant, run) where state in ('PENDING', 'RUNNING');
create index job_attempt_by_run on quarry.job_attempt (tenant, run);

create table quarry.attempt_item (
  tenant  uuid not null,
  attempt uuid not null,
  n       int  not null,
  file    uuid not null,
  version text not null,
  size    bigint not null,
  started_at timestamptz,
  done_at    timestamptz,
  done_digest bytea,                             -- SHA-256 of the done line
  outcome text check (outcome in ('INDEXED', 'NO_CONTENT', 'FILTERED', 'FAILED')),   -- provisional until the close promotes it
  reason  text,
  partial text[] not null default '{}',
  detail  text,
  content_sha256 bytea,
  content_type text,
  filtered_by text,                              -- the rule that its content breaks: the API has refused it
  primary key (tenant, attempt, n),
  foreign key (tenant, attempt) references quarry.job_attempt (tenant, id)
);
-- Without the tenant: with it, and no statistics yet, the planner takes this index for the primary key's look-ups and reads all of a tenant's rows.
create index attempt_item_by_file on quarry.attempt_item (file);

-- ---------------------------------------------------------------- results
create table quarry.extraction (
  tenant     uuid not null,
  id         uuid not null,
  attempt    uuid not null,
  n          int  not null,
  file       uuid not null,
  version    text not null,
  member     text  not null default '',
  member_sha256 bytea not null,
  extractor  text  not null,
  extractor_version text not null,
  digest     bytea not null,                     -- SHA-256 of the line's bytes: the same again is the same
  status     text  not null check (status in ('OK', 'EMPTY', 'ENCRYPTED', 'UNSUPPORTED_TYPE', 'FAILED')),
  reason     text,
  detail     text,
  media_type text,
  metadata   jsonb,
  text       text,
  text_chars bigint,
  text_sha256 text,
  partial    text[] not null default '{}',
  millis     bigint,
  isolation  text[] not null default '{}',
  words      tsvector,                           -- waits here until the close moves it to the search rows
  counts     boolean not null default false,
  recorded_at timestamptz not null default now(),
  primary key (tenant, id),
  unique (tenant, attempt, n, member_sha256, extractor)
) partition by hash (tenant);
create unique index extraction_counts_once on quarry.extraction (tenant, file, version, member_sha256, extractor, extractor_version) where counts;
create index extraction_by_file on quarry.extraction (tenant, file);

create table quarry.segment (
  tenant     uuid not null,
  extraction uuid not null,
  ordinal    int  not null,
  start_millis bigint,
  end_millis   bigint,
  page       int,
  box        real[],
  text       text,
  score      real,
  embedding  real[],
  primary key (tenant, extraction, ordinal)
) partition by hash (tenant);

create table quarry.artifact (
  tenant     uuid not null,
  id         uuid not null unique,
  attempt    uuid not null,
  n          int  not null,
  member_sha256 bytea not null,
  extractor  text not null,
  name       text not null,
  sha256     bytea not null,                     -- where its bytes lie in the artifact store
  bytes      bigint not null,
  media_type text,
  extraction uuid,                               -- null until its extraction is recorded
  recorded_at timestamptz not null default now(),
  primary key (tenant, id),
  unique (tenant, attempt, n, member_sha256, extractor, name)
);
create index artifact_by_extraction on quarry.artifact (tenant, extraction);
create index artifact_by_content on quarry.artifact (sha256); -- for the sweep; without the tenant, see attempt_item_by_file

-- ---------------------------------------------------------------- search: one row per file that is INDEXED or NO_CONTENT
create table quarry.search_document (
  tenant     uuid not null,
  file       uuid not null,
  store      uuid not null,
  display    text not null,
  path       text not null,
  media_type text,
  words      tsvector not null,
  primary key (tenant, file)
) partition by hash (tenant);
create index search_document_words on quarry.search_document using gin (words);
create index search_document_by_store on quarry.search_document (tenant, store);

-- What PostgreSQL's parser would take for one word with its neighbours (addresses, paths, hosts, numbers with signs, tags) lies between blanks here: each
-- word of a text can be found, "example" in "https://www.example.org/a.pdf" too. Character for character, so that places in the text stay what they are.
create function quarry.apart(body text) returns text language sql immutable parallel safe as $$
  select translate(body, '.@/\:_<>&-+~#=?%', '                ')
$$;

-- As the web's searches have it ("a phrase", -without, this or that), of words as the indexed texts have them: all parts of what is written as one.
create function quarry.query_of(query text) returns tsquery language sql immutable parallel safe as $$
  select websearch_to_tsquery('simple', regexp_replace(
    translate(regexp_replace(query, '(^|\s)-([^\s"-][^\s"]*)', '\1-"\2"', 'g'), '.@/\:_<>&+~#=?%', '               '),
    '(?<=[^\s"-])-+(?=[^\s"-])', ' ', 'g'))
$$;

-- Words of a path. They weigh A, and nothing else does: so they can be taken out again when a file is moved.
create function quarry.name_words(path text) returns tsvector language sql immutable parallel safe as $$
  select setweight(to_tsvector('simple', quarry.apart(path)), 'A')
$$;

-- Of the megabyte that PostgreSQL gives the lexemes and places of a vector. Of a computed one: what lies in a table may be compressed.
create function quarry.bytes_of(words tsvector) returns int language sql immutable parallel safe as $$
  select pg_column_size(words) - 4 * length(words)
$$;

-- Words of a text, cut by halves until they leave room in PostgreSQL's megabyte for the words of any name. The second column is how much of the text went in.
create function quarry.words_of(body text, out words tsvector, out chars int) language plpgsql immutable parallel safe as $$
begin
  chars := length(body);
  loop
    begin
      words := to_tsvector('simple', quarry.apart(left(body, chars)));
      exit when quarry.bytes_of(words) <= 1000000;
    exception when program_limit_exceeded then
      null;
    end;
    chars := chars / 2;
  end loop;
end $$;

-- The words of an item's name and of all that an attempt extracted of it. What does not fit PostgreSQL's megabyte with what came before is left out, and "cut".
create function quarry.words_of_item(attempt uuid, n int, path text, out words tsvector, out cut boolean) language plpgsql stable as $$
declare
  more tsvector;
  joined tsvector;
begin
  words := quarry.name_words(path);
  cut := false;
  for more in
    select e.words || '' from quarry.extraction e
    where e.tenant = quarry.tenant() and e.attempt = words_of_item.attempt and e.n = words_of_item.n and e.words is not null
    order by e.extractor, e.member
  loop
    if quarry.bytes_of(words) + quarry.bytes_of(more) <= 1000000 then
      words := words || more;
    else
      begin
        joined := words || more;
        if quarry.bytes_of(joined) <= 1020000 then
          words := joined;
        else
          cut := true;
        end if;
      exception when program_limit_exceeded then
        cut := true;
      end;
    end if;
  end loop;
end $$;

-- Both vectors in one; the other alone, if it has any word, should they not fit PostgreSQL's megabyte together.
create function quarry.fitting(one tsvector, other tsvector) returns tsvector language plpgsql immutable parallel safe as $$
begin
  return one || other;
exception when program_limit_exceeded then
  return case when length(other) > 0 then other else one end;
end $$;

-- ---------------------------------------------------------------- alarms
create table quarry.alarm (
  tenant  uuid not null,
  id      uuid not null primary key,
  kind    text not null check (kind in ('CLAIMED_TWICE', 'UNBALANCED', 'FINGERPRINT_CONFLICT')),
  attempt uuid,
  run     uuid,
  detail  text not null,
  raised_at timestamptz not null default now()
);
create index alarm_by_tenant on quarry.alarm (tenant, raised_at);

-- ---------------------------------------------------------------- partitions
do $$
declare t text;
begin
  foreach t in array array['file', 'extraction', 'segment', 'search_document'] loop
    for i in 0..7 loop
      execute format('create table quarry.%I partition of quarry.%I for values with (modulus 8, remainder %s)', t || '_' || i, t, i);
    end loop;
  end loop;
end $$;

-- ---------------------------------------------------------------- row-level security: parents and partitions, else a partition can be read directly
do $$
declare r regclass;
begin
  for r in select c.oid from pg_class c
           join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
           where c.relnamespace = 'quarry'::regnamespace and c.relkind in ('r', 'p') loop
    execute format('alter table %s enable row level security', r);
    execute format('alter table %s force row level security', r);
    execute format('create policy tenant_only on %s to quarry_app, quarry_owner using (tenant = quarry.tenant()) with check (tenant = quarry.tenant())', r);
  end loop;
end $$;

grant select, insert on quarry.tenant to quarry_app;
grant update (attempts_cap) on quarry.tenant to quarry_app;
grant select, insert, delete on quarry.tenant_grant to quarry_app;
grant select, insert on quarry.sealed_key to quarry_app;
grant update (state, since, sealed) on quarry.sealed_key to quarry_app;
grant select (until), insert, delete on quarry.used_proof to quarry_app;
grant select, insert, delete on quarry.login_code, quarry.ended_login to quarry_app;
grant select, insert, update, delete on quarry.store, quarry.store_filter, quarry.key_list, quarry.listed_key, quarry.run, quarry.folder, quarry.gone_folder, quarry.scope, quarry.file, quarry.unit, quarry.unit_item, quarry.job_attempt,
  quarry.attempt_item, quarry.extraction, quarry.segment, quarry.artifact, quarry.search_document to quarry_app;
grant select, insert on quarry.alarm to quarry_app;
grant usage on sequence quarry.pending_order to quarry_app;

-- ---------------------------------------------------------------- what may look across tenants: quarry_search, through these functions only
grant select (id, tenant, store) on quarry.run to quarry_search;
grant select (id, tenant, run) on quarry.unit, quarry.job_attempt to quarry_search;
grant select (id, tenant, site) on quarry.store to quarry_search;
grant select on quarry.search_document to quarry_search;
create policy across_tenants on quarry.store for select to quarry_search using (true);
create policy across_tenants on quarry.run for select to quarry_search using (true);
create policy across_tenants on quarry.unit for select to quarry_search using (true);
create policy across_tenants on quarry.job_attempt for select to quarry_search using (true);
create policy across_tenants on quarry.search_document for select to quarry_search using (true);

-- The control API and a claim know an id before they know its tenant. What belongs to a store at none of the sites is as unknown as what is not there; null: every site.
create function quarry.tenant_of_run(run_id uuid, sites text[]) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.tenant from quarry.run r where r.id = run_id
  and (sites is null or exists (select from quarry.store s where s.tenant = r.tenant and s.id = r.store and s.site = any (sites)))
$$;
create function quarry.tenant_of_unit(unit_id uuid, sites text[]) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select u.tenant from quarry.unit u where u.id = unit_id and (sites is null or quarry.tenant_of_run(u.run, sites) is not null)
$$;
create function quarry.tenant_of_attempt(attempt_id uuid, sites text[]) returns uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.tenant from quarry.job_attempt a where a.id = attempt_id and (sites is null or quarry.tenant_of_run(a.run, sites) is not null)
$$;

-- Row policies keep PostgreSQL from using the GIN index (its operators are not leakproof), so search runs as quarry_search with the tenant from the setting.
create function quarry.search(query text, stores uuid[], lim int)
returns table (file uuid, store uuid, display text, path text, media_type text, rank real)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  t uuid := quarry.tenant();
  q tsquery := quarry.query_of(query);
  seen uuid[] := quarry.stores();                -- of this transaction; null: all
begin
  if t is null then
    raise exception 'no tenant set' using errcode = '42501';
  end if;
  seen := case when seen is null then stores else array(select unnest(stores) intersect select unnest(seen)) end;
  return query
    select h.file, h.store, h.display, h.path, h.media_type, ts_rank(h.words, q) as score
    from (select d.* from quarry.search_document d where d.tenant = t and d.words @@ q and d.store = any (seen) limit 1000) h
    order by score desc, h.path limit lim;
end $$;

grant create on schema quarry to quarry_search;
alter function quarry.tenant_of_run(uuid, text[]) owner to quarry_search;
alter function quarry.tenant_of_unit(uuid, text[]) owner to quarry_search;
alter function quarry.tenant_of_attempt(uuid, text[]) owner to quarry_search;
alter function quarry.search(text, uuid[], int) owner to quarry_search;
revoke create on schema quarry from quarry_search;
set role quarry_search;
revoke all on function quarry.tenant_of_run(uuid, text[]), quarry.tenant_of_unit(uuid, text[]), quarry.tenant_of_attempt(uuid, text[]), quarry.search(text, uuid[], int) from public;
grant execute on function quarry.tenant_of_run(uuid, text[]), quarry.tenant_of_unit(uuid, text[]), quarry.tenant_of_attempt(uuid, text[]), quarry.search(text, uuid[], int) to quarry_app;
reset role;

-- ---------------------------------------------------------------- people: accounts, stores that one may see, audit log
create table quarry.account (
  tenant     uuid not null references quarry.tenant,
  id         uuid not null unique,
  name       text not null check (name ~ '^[a-z0-9][a-z0-9._@+-]{0,99}$'),
  password   text not null,                      -- argon2id
  role       text not null check (role in ('VIEWER', 'EDITOR', 'TENANT_ADMIN', 'OPERATOR')),
  all_stores boolean not null default true,
  disabled   boolean not null default false,
  credential int  not null default 1,            -- counts up when what was given before must be worthless
  created_at timestamptz not null default now(),
  primary key (tenant, id),
  unique (tenant, name)
);

create table quarry.account_store (
  tenant  uuid not null,
  account uuid not null,
  store   uuid not null,
  primary key (tenant, account, store),
  foreign key (tenant, account) references quarry.account (tenant, id) on delete cascade,
  foreign key (tenant, store) references quarry.store (tenant, id) on delete cascade
);

create table quarry.audit (
  tenant  uuid not null,                         -- zeros: the deployment, where nothing tells a tenant
  n       bigint generated always as identity,
  at      timestamptz not null default now(),
  who     text not null,
  what    text not null,
  object  text not null,
  address text not null,
  status  int  not null,
  primary key (tenant, n)
);
create unique index audit_by_n on quarry.audit (n);

do $$
declare t text;
begin
  foreach t in array array['account', 'account_store', 'audit'] loop
    execute format('alter table quarry.%I enable row level security', t);
    execute format('alter table quarry.%I force row level security', t);
    execute format('create policy tenant_only on quarry.%I to quarry_app, quarry_owner using (tenant = quarry.tenant()) with check (tenant = quarry.tenant())', t);
  end loop;
end $$;

-- Beside the tenant, the stores that its caller may see: on each table that says the store, but for that which says who may see which. The subselect is
-- evaluated once a statement, not once a row.
do $$
declare r record;
begin
  for r in select c.oid::regclass as rel, case when c.relname = 'store' then 'id' else 'store' end as col from pg_class c
           where c.relnamespace = 'quarry'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'account_store'
             and (c.relname = 'store' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'store' and not a.attisdropped)) loop
    execute format('create policy stores_only on %s as restrictive to quarry_app using ((select quarry.stores()) is null or %I = any ((select quarry.stores())::uuid[]))', r.rel, r.col);
  end loop;
end $$;

grant select, insert, update on quarry.account to quarry_app;
grant select, insert, delete on quarry.account_store to quarry_app;
grant select, insert on quarry.audit to quarry_app;   -- never UPDATE, DELETE or TRUNCATE
grant select on quarry.audit to quarry_search;
create policy across_tenants on quarry.audit for select to quarry_search using (true);

create function quarry.audit_of_all(before bigint, lim int)
returns table (tenant uuid, n bigint, at timestamptz, who text, what text, object text, address text, status int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.tenant, a.n, a.at, a.who, a.what, a.object, a.address, a.status from quarry.audit a where a.n < before order by a.n desc limit lim
$$;
grant create on schema quarry to quarry_search;
alter function quarry.audit_of_all(bigint, int) owner to quarry_search;
revoke create on schema quarry from quarry_search;
set role quarry_search;
revoke all on function quarry.audit_of_all(bigint, int) from public;
grant execute on function quarry.audit_of_all(bigint, int) to quarry_app;
reset role;
