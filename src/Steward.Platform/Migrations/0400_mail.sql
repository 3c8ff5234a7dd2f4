-- Mails that wait, are being sent, were sent or could not be. The installation's own mails (accounts know no tenant) carry the reserved
-- tenant 00000000-0000-0000-0000-000000000001, so that one queue and one set of statements serve both.

create table platform.mails (
  tenant_id uuid not null,
  mail_id uuid not null,
  kind text not null,
  state smallint not null default 0 check (state between 0 and 3),
  attempts smallint not null default 0,
  maybe_repeated boolean not null default false,
  code text,
  recipient bytea not null,
  content bytea,
  node uuid,
  lease_until timestamptz,
  next_at timestamptz not null,
  expires_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, mail_id)
);
comment on column platform.mails.kind is 'The template it was made from.';
comment on column platform.mails.state is '0 queued, 1 sending, 2 sent, 3 failed';
comment on column platform.mails.maybe_repeated is 'An attempt ended without an answer: the mail was repeated once, or will be, and may have arrived twice.';
comment on column platform.mails.recipient is 'Sealed.';
comment on column platform.mails.content is 'Sealed: address, subject, bodies, Message-ID. Gone once the mail was sent: it may hold the secret of a link.';
create index mails_open on platform.mails (tenant_id, next_at) where state <= 1;
create index mails_listed on platform.mails (tenant_id, state, created_at, mail_id);
create index mails_ended on platform.mails (changed_at) where state >= 2;
select platform.tenant_table('platform.mails');

create function platform.claim_mails(claimant uuid, lease interval, at timestamptz, most integer)
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
    where o.tenant_id is not null),
  mine as (
    select m.tenant_id, m.mail_id, m.state = 1 as stale from platform.mails m join due d on d.tenant_id = m.tenant_id and d.mail_id = m.mail_id
    where m.state = 0 or (m.state = 1 and m.lease_until < clock_timestamp())
    order by d.place, m.next_at limit most for update of m skip locked)
  update platform.mails m set state = 1, node = claimant, lease_until = clock_timestamp() + lease,
    attempts = m.attempts + case when mine.stale then 0 else 1 end, changed_at = at
  from mine where m.tenant_id = mine.tenant_id and m.mail_id = mine.mail_id
  returning m.tenant_id, m.mail_id, mine.stale
$$;
comment on function platform.claim_mails(uuid, interval, timestamptz, integer) is 'Leases due mails to a node. Stale: a node that held it ended without saying how the attempt ended.';
select platform.dispatch_function('platform.claim_mails(uuid, interval, timestamptz, integer)');

create function platform.sweep_mails(sent_before timestamptz, failed_before timestamptz, most integer) returns integer language sql as $$
  with old as (
    select m.tenant_id, m.mail_id from platform.mails m
    where m.state >= 2 and (m.changed_at < failed_before or (m.state = 2 and m.changed_at < sent_before))
    order by m.changed_at limit most for update skip locked),
  gone as (
    delete from platform.mails m using old where m.tenant_id = old.tenant_id and m.mail_id = old.mail_id returning 1)
  select count(*)::integer from gone
$$;
select platform.dispatch_function('platform.sweep_mails(timestamptz, timestamptz, integer)');
