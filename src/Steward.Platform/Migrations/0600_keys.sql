-- Keys that can be changed while traffic flows: numbered master keys, data keys with a state, and what each node knows of both.

create table platform.master_keys (
  number integer primary key,
  proof bytea not null unique,
  is_current boolean not null default false,
  created_at timestamptz not null default now()
);
comment on table platform.master_keys is 'Master keys this installation has known, by what proves them. The keys themselves are outside the database.';
create unique index master_keys_current on platform.master_keys (is_current) where is_current;
insert into platform.master_keys (number, proof, is_current) select 1, master_key_check, true from platform.installation;
grant select, insert, update on platform.master_keys to steward_app;

alter table platform.tenant_keys
  add column master integer,
  add column state text not null default 'current' check (state in ('next', 'current', 'old', 'retired')),
  add column retired_at timestamptz;
update platform.tenant_keys set master = 1;
comment on column platform.tenant_keys.master is 'The master key that wraps it; null where a version before numbered keys wrote it.';
comment on column platform.tenant_keys.state is 'next: nodes learn it, nothing is sealed with it; current: seals; old: opens what is not sealed again yet; retired: no row carries it, deleted after a day.';

alter table platform.data_protection_keys add column master integer;
grant update on platform.data_protection_keys to steward_app;

create table platform.installation_secrets (
  purpose text primary key,
  wrapped bytea not null,
  master integer not null
);
comment on table platform.installation_secrets is 'Keys of the installation itself that outlive a change of the master key, wrapped by it.';
grant select, insert, update on platform.installation_secrets to steward_app;

create table platform.key_state (
  singleton boolean primary key default true check (singleton),
  generation bigint not null default 0
);
comment on table platform.key_state is 'Counts the changes of keys. One row, locked by each change, so generations become visible in their order.';
insert into platform.key_state default values;
grant select, update on platform.key_state to steward_app, steward_dispatch;

create table platform.key_changes (
  generation bigint primary key,
  subject uuid,
  at timestamptz not null default now()
);
comment on table platform.key_changes is 'Whose keys changed lately: what a node must read again. No subject: a master key.';
create index key_changes_age on platform.key_changes (at);
grant select, insert, delete on platform.key_changes to steward_app, steward_dispatch;

create table platform.key_nodes (
  incarnation uuid primary key,
  generation bigint not null,
  masters integer[] not null,
  seen_at timestamptz not null default clock_timestamp()
);
comment on table platform.key_nodes is 'What each living node knows: a key is not used before all of them have it.';
grant select, insert, update, delete on platform.key_nodes to steward_app;

create function platform.keys_changed(whose uuid) returns bigint language sql as $$
  with next as (update platform.key_state set generation = generation + 1 returning generation)
  insert into platform.key_changes (generation, subject) select generation, whose from next returning generation
$$;

create function platform.note_key_change() returns trigger language plpgsql as $$
begin
  -- The first keys of a tenant are in nobody's memory yet.
  if tg_op <> 'INSERT' or new.number > 1 then
    perform platform.keys_changed(case when tg_op = 'DELETE' then old.tenant_id else new.tenant_id end);
  end if;
  return null;
end $$;
create trigger tenant_keys_changed after insert or delete or update of state on platform.tenant_keys
  for each row execute function platform.note_key_change();

create table platform.key_rotations (
  tenant_id uuid not null references platform.tenants,
  number integer not null,
  state text not null default 'asked' check (state in ('asked', 'publishing', 'switching', 'sealing', 'blocked', 'done')),
  generation bigint not null default 0,
  pass integer not null default 1,
  store text,
  place text,
  pass_rows bigint not null default 0,
  pass_busy bigint not null default 0,
  pass_broken bigint not null default 0,
  rows bigint not null default 0,
  started_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, number)
);
comment on table platform.key_rotations is 'A tenant''s change to a new data key, and how far sealing again has come.';
comment on column platform.key_rotations.state is 'asked: a node will make the key; publishing: nodes learn the key; switching: nodes begin to use it; sealing: rows are sealed again; blocked: rows that no key opens keep the old key.';
comment on column platform.key_rotations.pass_busy is 'Rows that others held while the pass came by: the next pass has them.';
select platform.tenant_table('platform.key_rotations');

create function platform.rotating_tenants() returns table (tenant_id uuid) language sql stable as
$$ select distinct r.tenant_id from platform.key_rotations r where r.state not in ('done', 'blocked') $$;
select platform.dispatch_function('platform.rotating_tenants()');

create function platform.tenants_with_retired_keys(before timestamptz) returns table (tenant_id uuid) language sql stable as
$$ select distinct k.tenant_id from platform.tenant_keys k where k.state = 'retired' and k.retired_at < before $$;
select platform.dispatch_function('platform.tenants_with_retired_keys(timestamptz)');

create function platform.master_key_use() returns table (master integer, keys bigint) language sql stable as
$$ select coalesce(k.master, 0), count(*) from platform.tenant_keys k group by 1 $$;
comment on function platform.master_key_use() is 'How many keys of tenants each master key wraps; 0 stands for an unknown one.';
select platform.dispatch_function('platform.master_key_use()');

create function platform.tenants_wrapped_otherwise(current integer, after uuid, most integer) returns table (tenant_id uuid) language sql stable as
$$ select distinct k.tenant_id from platform.tenant_keys k where k.master is distinct from current and k.tenant_id > after order by 1 limit most $$;
select platform.dispatch_function('platform.tenants_wrapped_otherwise(integer, uuid, integer)');
