-- Several nodes see that a snooze is over; one of them wakes the conversation and records it.

create function conversations.require_due_snooze(p_conversation uuid) returns void language plpgsql as $$
begin
  perform set_config('steward.member', 'machine', true);
  perform from conversations.conversations c
    where c.tenant_id = current_setting('steward.tenant')::uuid and c.id = p_conversation and c.state = 2 and c.snoozed_until <= clock_timestamp() for update;
  if not found then
    raise exception 'not due' using errcode = 'ST412';
  end if;
end $$;
comment on function conversations.require_due_snooze(uuid) is 'Locks a conversation whose snooze is over; refuses the transaction when another has woken it. Runs with the caller''s rights.';
