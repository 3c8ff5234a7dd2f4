-- Who may use the installation: accounts of people, their membership in tenants, invitations, API keys.

create table platform.accounts (
  account_id uuid primary key,
  email text not null,
  email_key text not null unique,
  password_hash text not null,
  security_stamp text not null,
  failed_count integer not null default 0,
  locked_until timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now()
);
comment on table platform.accounts is 'People, global to the installation: one may be a member of several tenants.';
comment on column platform.accounts.email_key is 'The e-mail address normalised: what makes an account unique.';
grant select, insert, update on platform.accounts to steward_app;

create table platform.members (
  tenant_id uuid not null references platform.tenants,
  member_id uuid not null,
  account_id uuid not null references platform.accounts,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  state text not null default 'active' check (state in ('active', 'suspended')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, member_id),
  unique (tenant_id, account_id)
);
create index members_account on platform.members (account_id);
select platform.tenant_table('platform.members');

create function platform.memberships(account uuid) returns table (tenant_id uuid, member_id uuid) language sql stable as
$$ select m.tenant_id, m.member_id from platform.members m where m.account_id = account and m.state = 'active' order by m.created_at, m.member_id $$;
select platform.dispatch_function('platform.memberships(uuid)');

create table platform.invitations (
  tenant_id uuid not null references platform.tenants,
  invitation_id uuid not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  token_hash bytea not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  invited_by uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, invitation_id),
  unique (tenant_id, token_hash)
);
select platform.tenant_table('platform.invitations');

create table platform.api_keys (
  tenant_id uuid not null references platform.tenants,
  key_id uuid not null,
  name text not null,
  prefix text not null,
  secret_hash bytea not null,
  permissions text[] not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key_id),
  unique (tenant_id, secret_hash)
);
comment on column platform.api_keys.secret_hash is 'SHA-256 of the key, which has 256 random bits of its own and so needs no slow hash.';
comment on column platform.api_keys.last_used_at is 'Coarse: at most one write in ten minutes per key.';
create index api_keys_secret on platform.api_keys (secret_hash);
select platform.tenant_table('platform.api_keys');

create function platform.find_api_key(hash bytea) returns table (tenant_id uuid, key_id uuid) language sql stable as
$$ select k.tenant_id, k.key_id from platform.api_keys k where k.secret_hash = hash $$;
select platform.dispatch_function('platform.find_api_key(bytea)');

create table platform.data_protection_keys (
  name text primary key,
  xml text not null,
  created_at timestamptz not null default now()
);
comment on table platform.data_protection_keys is 'Keys that protect cookies, each wrapped by the master key.';
grant select, insert on platform.data_protection_keys to steward_app;
