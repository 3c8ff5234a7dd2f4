-- What waits and for how long, of all tenants together: figures only. Counting stops at 10,000, so that looking stays cheap when it matters.

create function platform.mail_lag() returns table (depth bigint, oldest_ms bigint) language sql stable as $$
  select count(*), coalesce(extract(epoch from clock_timestamp() - min(m.next_at)) * 1000, 0)::bigint
  from (select o.next_at from platform.mails o where o.state <= 1 and o.next_at <= clock_timestamp() limit 10000) m
$$;
comment on function platform.mail_lag() is 'Mails that are due.';
select platform.dispatch_function('platform.mail_lag()');

create function platform.event_lag(after_tx xid8, after_id bigint) returns table (depth bigint, oldest_ms bigint) language sql stable as $$
  select count(*), coalesce(extract(epoch from clock_timestamp() - min(w.at)) * 1000, 0)::bigint
  from (select e.at from platform.events e where (e.tx, e.id) > (after_tx, after_id) order by e.tx, e.id limit 10000) w
$$;
comment on function platform.event_lag(xid8, bigint) is 'Events after a position.';
select platform.dispatch_function('platform.event_lag(xid8, bigint)');

create function platform.queue_figures() returns table (queue text, depth bigint, oldest_ms bigint) language sql stable as $$
  select 'mail', l.depth, l.oldest_ms from platform.mail_lag() l
  union all
  select 'events.' || s.name, l.depth, l.oldest_ms from platform.subscribers s cross join lateral platform.event_lag(s.tx, s.id) l
$$;
