-- What people must know: notices, who has read them, how they leave, and who wants what.

create table platform.notices (
  tenant_id uuid not null,
  notice_id uuid not null,
  kind text not null,
  topic text not null,
  severity smallint not null check (severity between 0 and 2),
  subject uuid,
  code text,
  dedupe_key text not null,
  collapse_key text not null,
  collapsed_into uuid,
  planned boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, notice_id),
  unique (tenant_id, dedupe_key)
);
comment on table platform.notices is 'Ids and codes, never text: what people read is written when it is shown or mailed.';
comment on column platform.notices.severity is '0 info, 1 warning, 2 urgent';
comment on column platform.notices.dedupe_key is 'Of what caused it: raising the same twice is one notice.';
comment on column platform.notices.collapsed_into is 'The notice it repeats: it is counted there and leaves by no other way.';
create index notices_unplanned on platform.notices (tenant_id) where not planned;
create index notices_listed on platform.notices (tenant_id, created_at, notice_id) where collapsed_into is null;
create index notices_alike on platform.notices (tenant_id, collapse_key, created_at) where collapsed_into is null;
create index notices_collapsed on platform.notices (tenant_id, collapsed_into) where collapsed_into is not null;
create index notices_age on platform.notices (created_at);
select platform.tenant_table('platform.notices');

create table platform.notice_reads (
  tenant_id uuid not null,
  notice_id uuid not null,
  reader_id uuid not null,
  read_at timestamptz not null,
  primary key (tenant_id, notice_id, reader_id),
  foreign key (tenant_id, notice_id) references platform.notices (tenant_id, notice_id) on delete cascade
);
comment on column platform.notice_reads.reader_id is 'The member, or the API key of a program.';
select platform.tenant_table('platform.notice_reads');

create table platform.notice_deliveries (
  tenant_id uuid not null,
  delivery_id uuid not null,
  notice_id uuid not null,
  way text not null check (way in ('mail', 'webhook')),
  member_id uuid,
  state smallint not null default 0 check (state between 0 and 3),
  attempts smallint not null default 0,
  code text,
  node uuid,
  lease_until timestamptz,
  due_at timestamptz not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, delivery_id),
  unique nulls not distinct (tenant_id, notice_id, way, member_id),
  foreign key (tenant_id, notice_id) references platform.notices (tenant_id, notice_id) on delete cascade
);
comment on column platform.notice_deliveries.state is '0 waiting, 1 sending, 2 done, 3 failed';
create index notice_deliveries_open on platform.notice_deliveries (due_at) where state <= 1;
create index notice_deliveries_of_member on platform.notice_deliveries (tenant_id, member_id, due_at) where member_id is not null;
select platform.tenant_table('platform.notice_deliveries');

create table platform.notice_settings (
  tenant_id uuid not null,
  settings_id uuid not null,
  quiet_from smallint check (quiet_from between 0 and 1439),
  quiet_until smallint check (quiet_until between 0 and 1439),
  collapse_minutes smallint not null default 15 check (collapse_minutes between 0 and 1440),
  webhook_url bytea,
  webhook_secret bytea,
  webhook_least smallint not null default 1 check (webhook_least between 0 and 2),
  version integer not null default 1,
  primary key (tenant_id, settings_id)
);
comment on column platform.notice_settings.settings_id is 'The tenant''s id: one row each. Re-sealing walks tables by what comes after the tenant.';
comment on column platform.notice_settings.quiet_from is 'Minutes of the day in the tenant''s time zone.';
select platform.tenant_table('platform.notice_settings');

create table platform.notice_preferences (
  tenant_id uuid not null,
  member_id uuid not null,
  mail_least smallint check (mail_least between 0 and 2),
  muted text[] not null default '{}',
  quiet_from smallint check (quiet_from between 0 and 1439),
  quiet_until smallint check (quiet_until between 0 and 1439),
  version integer not null default 1,
  primary key (tenant_id, member_id)
);
comment on column platform.notice_preferences.mail_least is 'The least severity that is mailed; null mails nothing.';
select platform.tenant_table('platform.notice_preferences');

create function platform.due_notices(at timestamptz, without uuid[], most integer) returns table (tenant_id uuid) language sql stable as $$
  select distinct due.tenant_id from (
    select n.tenant_id from platform.notices n where not n.planned
    union all
    select d.tenant_id from platform.notice_deliveries d where d.state <= 1 and d.due_at <= at and (d.state = 0 or d.lease_until < clock_timestamp())) due
  where due.tenant_id <> all (without) order by 1 limit most
$$;
comment on function platform.due_notices(timestamptz, uuid[], integer) is 'The tenants that have notices to plan or deliveries to make.';
select platform.dispatch_function('platform.due_notices(timestamptz, uuid[], integer)');

create function platform.sweep_notices(before timestamptz, most integer) returns integer language sql as $$
  with old as (
    select n.tenant_id, n.notice_id from platform.notices n where n.created_at < before and n.planned order by n.created_at limit most for update skip locked),
  gone as (
    delete from platform.notices n using old where n.tenant_id = old.tenant_id and n.notice_id = old.notice_id returning 1)
  select count(*)::integer from gone
$$;
select platform.dispatch_function('platform.sweep_notices(timestamptz, integer)');
