-- Conversations: who writes, what was said, who may answer, and how it leaves. docs/turns.md is the specification.
-- The tables that every message writes (conversations, messages, turns, work) have no check constraints and no foreign keys: both are read and started anew by
-- each statement (docs/adr/0014). Only the functions of this schema write them, under the conversation's row lock; tests hold what the constraints said.

create table conversations.nodes (
  incarnation uuid primary key,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
comment on table conversations.nodes is 'Proof of life: a lease lives while its node''s row is young on this clock.';
grant select, insert, update, delete on conversations.nodes to steward_app, steward_dispatch;

create table conversations.channels (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  assistant_id uuid,
  public_key text,
  settings bytea,
  enabled boolean not null default true,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index channels_by_public_key on conversations.channels (public_key) where public_key is not null;
create index channels_by_id on conversations.channels (id);
select platform.tenant_table('conversations.channels');

create table conversations.contacts (
  tenant_id uuid not null,
  id uuid not null,
  name bytea,
  email bytea,
  phone bytea,
  language text,
  known boolean not null default false,
  may_write boolean not null default true,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
comment on column conversations.contacts.may_write is 'False once the contact asked not to be written to: deliveries are withheld.';
select platform.tenant_table('conversations.contacts');

create table conversations.contact_identities (
  tenant_id uuid not null,
  channel_id uuid not null,
  identity_hash bytea not null,
  contact_id uuid not null,
  identity bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, channel_id, identity_hash),
  foreign key (tenant_id, channel_id) references conversations.channels (tenant_id, id),
  foreign key (tenant_id, contact_id) references conversations.contacts (tenant_id, id)
);
create index contact_identities_by_contact on conversations.contact_identities (tenant_id, contact_id);
select platform.tenant_table('conversations.contact_identities');

create table conversations.conversations (
  tenant_id uuid not null,
  id uuid not null,
  number bigint not null,
  channel_id uuid not null,
  channel_kind text not null,
  contact_id uuid not null,
  state smallint not null default 0,
  held boolean not null default false,
  taken boolean not null default false,
  epoch bigint not null default 0,
  lease_node uuid,
  turn_id uuid,
  phase smallint not null default 0,
  claims smallint not null default 0,
  supersedes smallint not null default 0,
  first_unanswered_at timestamptz,
  last_number bigint not null default 0,
  last_contact_number bigint not null default 0,
  answered_number bigint not null default 0,
  tools_since_answer boolean not null default false,
  low_confidence_streak integer not null default 0,
  assignee_id uuid,
  owner_id uuid,
  visibility smallint not null default 0,
  title bytea,
  tags text[] not null default '{}',
  record_kind text,
  record_id text,
  handoff_reason text,
  waiting_since timestamptz,
  snoozed_until timestamptz,
  resolved_at timestamptz,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  last_message_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, number),
  foreign key (tenant_id, channel_id) references conversations.channels (tenant_id, id),
  foreign key (tenant_id, contact_id) references conversations.contacts (tenant_id, id)
) with (fillfactor = 60);
comment on table conversations.conversations is 'Every message changes its conversation''s row, so no index names a column that changes with each message: the updates stay in the page.';
comment on column conversations.conversations.state is '0 open, 1 waiting for a person, 2 snoozed, 3 resolved';
comment on column conversations.conversations.phase is '0 none, 1 gathering, 2 writing, 3 closed';
create index conversations_by_state on conversations.conversations (tenant_id, state, id);
create index conversations_waiting on conversations.conversations (tenant_id, waiting_since) where waiting_since is not null;
create index conversations_snoozed on conversations.conversations (snoozed_until) where snoozed_until is not null;
create index conversations_by_contact on conversations.conversations (tenant_id, contact_id, channel_id, id);
create index conversations_by_assignee on conversations.conversations (tenant_id, assignee_id, id) where assignee_id is not null;
select platform.tenant_table('conversations.conversations');

create table conversations.messages (
  tenant_id uuid not null,
  conversation_id uuid not null,
  number bigint not null,
  id uuid not null,
  author smallint not null,
  author_id uuid,
  owner_id uuid,
  channel_id uuid not null,
  provider_message_id text,
  client_hash bytea,
  text bytea not null,
  citations bytea,
  turn_id uuid,
  answers_to bigint,
  confidence real,
  action smallint,
  model text,
  cost_usd numeric(24,12),
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, conversation_id, number)
);
comment on column conversations.messages.answers_to is 'For a reply: the last contact message it answers.';
create unique index messages_provider on conversations.messages (tenant_id, channel_id, provider_message_id) where provider_message_id is not null;
create unique index messages_client on conversations.messages (tenant_id, conversation_id, client_hash) where client_hash is not null;
select platform.tenant_table('conversations.messages');

create table conversations.turns (
  tenant_id uuid not null,
  conversation_id uuid not null,
  turn_id uuid not null,
  epoch bigint not null,
  state smallint not null,
  owner_id uuid,
  claims smallint not null,
  answers_to bigint,
  reply_number bigint,
  action smallint,
  confidence real,
  model text,
  cost_usd numeric(24,12),
  code text,
  trace bytea,
  started_at timestamptz,
  ended_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, conversation_id, turn_id)
);
comment on column conversations.turns.state is '0 committed, 1 superseded, 2 cancelled by a person, 3 dead letter';
create index turns_dead on conversations.turns (tenant_id, ended_at) where state = 3;
select platform.tenant_table('conversations.turns');

create table conversations.tool_calls (
  tenant_id uuid not null,
  conversation_id uuid not null,
  id uuid not null,
  turn_id uuid not null,
  after_number bigint not null,
  tool text not null,
  arguments bytea not null,
  result bytea,
  repeat_safe boolean not null,
  created_at timestamptz not null default clock_timestamp(),
  completed_at timestamptz,
  primary key (tenant_id, conversation_id, id),
  foreign key (tenant_id, conversation_id) references conversations.conversations (tenant_id, id)
);
comment on column conversations.tool_calls.after_number is 'The answered number when the call was made: calls belong to the messages after it, whichever turn answers them.';
select platform.tenant_table('conversations.tool_calls');

create table conversations.work (
  tenant_id uuid not null,
  conversation_id uuid not null,
  since timestamptz not null,
  node uuid,
  look_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, conversation_id)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);
comment on table conversations.work is 'A row only while a conversation has unanswered messages and no person holds it.';
select platform.tenant_table('conversations.work');

create table conversations.deliveries (
  tenant_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  message_number bigint not null,
  channel_id uuid not null,
  kind text not null,
  state smallint not null default 0 check (state between 0 and 7),
  attempts smallint not null default 0,
  maybe_repeated boolean not null default false,
  provider_id text,
  code text,
  resend_of uuid,
  node uuid,
  next_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id, message_number) references conversations.messages (tenant_id, conversation_id, number)
);
comment on column conversations.deliveries.state is '0 queued, 1 sending, 2 unknown, 3 sent, 4 delivered, 5 read, 6 failed, 7 withheld';
create index deliveries_in_order on conversations.deliveries (tenant_id, conversation_id, message_number, id);
create index deliveries_due on conversations.deliveries (next_at) where state <= 2;
create index deliveries_by_provider_id on conversations.deliveries (tenant_id, channel_id, provider_id) where provider_id is not null;
create index deliveries_stuck on conversations.deliveries (tenant_id, changed_at) where state in (6, 7);
select platform.tenant_table('conversations.deliveries');

create table conversations.delivery_statuses (
  tenant_id uuid not null,
  channel_id uuid not null,
  provider_id text not null,
  state smallint not null,
  code text,
  at timestamptz not null,
  primary key (tenant_id, channel_id, provider_id, state)
);
comment on table conversations.delivery_statuses is 'What providers said about ids that no delivery carries yet; applied when one does.';
select platform.tenant_table('conversations.delivery_statuses');

create unlogged table conversations.live_snapshots (
  tenant_id uuid not null,
  conversation_id uuid not null,
  turn_id uuid not null,
  epoch bigint not null,
  text bytea not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, conversation_id)
);
comment on table conversations.live_snapshots is 'The provisional text of a running turn while a reader is connected to another node. Worth nothing after a crash.';
select platform.tenant_table('conversations.live_snapshots');

-- Visibility `own`: the database hides these rows from every member but the owner. The message path names itself `machine`.
do $$
declare
  guarded text;
begin
  foreach guarded in array array['conversations', 'messages', 'turns'] loop
    execute format(
      'create policy own_rows on conversations.%I as restrictive to steward_app
         using (owner_id is null or current_setting(''steward.member'', true) in (''machine'', owner_id::text))', guarded);
  end loop;
end $$;
