-- Accounts that are of no tenant any more end.

alter table platform.accounts add column left_at timestamptz;
comment on column platform.accounts.left_at is 'Since when it is seen to be a member of no tenant and invited to none. After a month of that it goes.';
grant delete on platform.accounts to steward_app;
grant select on platform.accounts to steward_dispatch;

create function platform.lonely_accounts() returns table (account_id uuid) language sql stable as $$
  select a.account_id from platform.accounts a
  where not exists (select from platform.members m where m.account_id = a.account_id)
    and not exists (select from platform.invitations i where upper(i.email) = a.email_key and i.accepted_at is null and i.expires_at > now())
$$;
comment on function platform.lonely_accounts() is 'Members of no tenant, and invited to none.';
select platform.dispatch_function('platform.lonely_accounts()');
