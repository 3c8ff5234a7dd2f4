-- Secrets that people get by mail: to choose a new password, to prove an address. And mails of stopped tenants wait.

alter table platform.accounts add column verified_at timestamptz;
comment on column platform.accounts.verified_at is 'When its owner last proved to read mail at its address.';

create table platform.account_tokens (
  token_hash bytea primary key,
  account_id uuid not null references platform.accounts,
  purpose text not null check (purpose in ('password_reset', 'address_verification')),
  email_key text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table platform.account_tokens is 'Global like the accounts. A token is 32 random bytes and stored as its SHA-256.';
comment on column platform.account_tokens.email_key is 'The address it was mailed to: worth nothing once the account has another.';
create index account_tokens_account on platform.account_tokens (account_id, purpose);
create index account_tokens_age on platform.account_tokens (expires_at);
grant select, insert, update, delete on platform.account_tokens to steward_app;

drop function platform.claim_mails(uuid, interval, timestamptz, integer);
create function platform.claim_mails(claimant uuid, lease interval, at timestamptz, without uuid[], most integer)
  returns table (tenant_id uuid, mail_id uuid, stale boolean) language sql as $$
  -- Tenants are walked by index and take turns: ten thousand notices of one do not stand before the password reset of another.
  with recursive owners as (
    (select m.tenant_id from platform.mails m where m.state <= 1 order by m.tenant_id limit 1)
    union all
    select (select m.tenant_id from platform.mails m where m.state <= 1 and m.tenant_id > o.tenant_id order by m.tenant_id limit 1)
    from owners o where o.tenant_id is not null),
  due as (
    select d.tenant_id, d.mail_id, d.place from owners o cross join lateral (
      select m.tenant_id, m.mail_id, row_number() over (order by m.next_at, m.mail_id) as place from platform.mails m
      where m.tenant_id = o.tenant_id and m.state <= 1 and m.next_at <= at and (m.state = 0 or m.lease_until < clock_timestamp())
      order by m.next_at, m.mail_id limit most) d
    where o.tenant_id is not null and o.tenant_id <> all (without)),
  mine as (
    select m.tenant_id, m.mail_id, m.state = 1 as stale from platform.mails m join due d on d.tenant_id = m.tenant_id and d.mail_id = m.mail_id
    where m.state = 0 or (m.state = 1 and m.lease_until < clock_timestamp())
    order by d.place, m.next_at limit most for update of m skip locked)
  update platform.mails m set state = 1, node = claimant, lease_until = clock_timestamp() + lease,
    attempts = m.attempts + case when mine.stale then 0 else 1 end, changed_at = at
  from mine where m.tenant_id = mine.tenant_id and m.mail_id = mine.mail_id
  returning m.tenant_id, m.mail_id, mine.stale
$$;
comment on function platform.claim_mails(uuid, interval, timestamptz, uuid[], integer) is 'Leases due mails to a node. Stale: a node that held it ended without saying how the attempt ended.';
select platform.dispatch_function('platform.claim_mails(uuid, interval, timestamptz, uuid[], integer)');
