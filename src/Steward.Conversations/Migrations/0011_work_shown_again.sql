-- A look hides what it finds from the looks of others for a while. What it then had no room for is shown again at once: hidden, it would
-- wait behind work that came later, and a tenant would have less of a node than its weight says.

create function conversations.show_work(p_tenants uuid[], p_conversations uuid[]) returns void language sql volatile as $$
  update conversations.work w set look_at = clock_timestamp()
  from unnest(p_tenants, p_conversations) as p (tenant_id, conversation_id)
  where w.tenant_id = p.tenant_id and w.conversation_id = p.conversation_id and w.look_at > clock_timestamp()
$$;
select platform.dispatch_function('conversations.show_work(uuid[], uuid[])');
