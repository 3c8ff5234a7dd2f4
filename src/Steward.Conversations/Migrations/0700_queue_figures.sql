-- What waits and for how long, of all tenants together: figures only.

create function conversations.turn_lag() returns table (depth bigint, oldest_ms bigint) language sql stable as $$
  select count(*), coalesce(extract(epoch from clock_timestamp() - min(w.since)) * 1000, 0)::bigint
  from (select o.since from conversations.work o limit 10000) w
$$;
comment on function conversations.turn_lag() is 'Conversations with unanswered messages.';
select platform.dispatch_function('conversations.turn_lag()');

create function conversations.delivery_lag() returns table (depth bigint, oldest_ms bigint) language sql stable as $$
  select count(*), coalesce(extract(epoch from clock_timestamp() - min(d.next_at)) * 1000, 0)::bigint
  from (select o.next_at from conversations.deliveries o where o.state <= 2 and o.next_at <= clock_timestamp() limit 10000) d
$$;
comment on function conversations.delivery_lag() is 'Deliveries that are due.';
select platform.dispatch_function('conversations.delivery_lag()');

create function conversations.queue_figures() returns table (queue text, depth bigint, oldest_ms bigint) language sql stable as $$
  select 'turns', l.depth, l.oldest_ms from conversations.turn_lag() l
  union all
  select 'deliveries', l.depth, l.oldest_ms from conversations.delivery_lag() l
$$;
