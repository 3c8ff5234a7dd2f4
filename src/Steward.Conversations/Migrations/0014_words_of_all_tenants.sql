-- The tenants whose words wait, one index look each: a backlog of one of them fills no window that others are looked for in.

create function conversations.due_words(p_after uuid, p_without uuid[], p_most integer) returns table (tenant_id uuid) language sql stable as $$
  with recursive due(id) as (
    (select w.tenant_id from conversations.word_work w where w.tenant_id > p_after order by w.tenant_id limit 1)
    union all
    select (select w.tenant_id from conversations.word_work w where w.tenant_id > due.id order by w.tenant_id limit 1) from due where due.id is not null)
  select due.id from due where due.id is not null and due.id <> all (p_without) limit p_most
$$;
comment on function conversations.due_words(uuid, uuid[], integer) is 'In the order of their ids, from the one after p_after on.';
select platform.dispatch_function('conversations.due_words(uuid, uuid[], integer)');
