-- Taking conversations out of use for ever. The row that everything locks goes first: whoever holds a lease, a token or the conversation's id stores nothing
-- after this commit. What hangs on the rows is deleted afterwards, in portions.

create type conversations.detached as (conversation_id uuid, epoch bigint);
comment on type conversations.detached is 'epoch: the last one; whoever runs a turn under it is to stop';

create function conversations.detach(p_ids uuid[], p_idle_since timestamptz) returns setof conversations.detached language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  gone conversations.detached[];
begin
  -- One order for everybody, and what became busy while the lock was waited for stays.
  gone := array(
    select row(c.id, c.epoch)::conversations.detached from (
      select x.id, x.epoch from conversations.conversations x
      where x.tenant_id = tenant and x.id = any (p_ids) and (p_idle_since is null or x.last_message_at < p_idle_since)
      order by x.id for update) c);
  delete from conversations.tool_calls t where t.tenant_id = tenant and t.conversation_id in (select g.conversation_id from unnest(gone) g);
  delete from conversations.work w where w.tenant_id = tenant and w.conversation_id in (select g.conversation_id from unnest(gone) g);
  delete from conversations.conversations x where x.tenant_id = tenant and x.id in (select g.conversation_id from unnest(gone) g);
  return query select g.conversation_id, g.epoch from unnest(gone) g;
end $$;

-- Identities before the contact, as a sender's first message locks them. From the contact's lock on nobody starts a conversation for it: a message
-- of the same sender makes a new contact, or waits here and then finds none.
create function conversations.part_with(p_contact uuid) returns setof conversations.detached language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
begin
  perform from conversations.contact_identities i where i.tenant_id = tenant and i.contact_id = p_contact order by i.channel_id, i.identity_hash for update;
  perform from conversations.contacts k where k.tenant_id = tenant and k.id = p_contact for update;
  if not found then
    raise exception 'contact' using errcode = 'ST404';
  end if;
  return query select * from conversations.detach(
    array(select c.id from conversations.conversations c where c.tenant_id = tenant and c.contact_id = p_contact), null);
  delete from conversations.contact_identities i where i.tenant_id = tenant and i.contact_id = p_contact;
  delete from conversations.contacts k where k.tenant_id = tenant and k.id = p_contact;
end $$;
