-- Budgets: what a tenant wants to be told of, and what it never wants to spend. Money is leased to nodes in slices; a row of a use belongs to one node,
-- so no two write the same. Whoever leases locks the period's row; nothing on the way of a message does.

alter table models.spend add column node uuid;
comment on column models.spend.node is 'The incarnation of the node that made the call: what a dead node spent is found by it. Null in rows of older versions.';

create table models.budgets (
  tenant_id uuid not null,
  name text not null,
  scope text not null check (scope in ('tenant', 'assistant', 'service')),
  assistant_id uuid,
  service text,
  period text not null check (period in ('day', 'month')),
  warn_usd numeric(24,12) check (warn_usd > 0),
  hard_usd numeric(24,12) check (hard_usd > 0),
  soft boolean not null,
  removed boolean not null default false,
  version integer not null default 1,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, name)
);
comment on table models.budgets is 'Budgets that a tenant set. Those it did not set are the defaults of the program, which have no row.';
comment on column models.budgets.name is 'tenant.day, assistant.<id>.month, service.rerank.month: scope and period, as in the API.';
comment on column models.budgets.removed is 'Taken away: the default holds again. The row stays, so that a version is never given twice.';
select platform.tenant_table('models.budgets');
create index budgets_changed on models.budgets (changed_at);

create table models.budget_periods (
  tenant_id uuid not null,
  budget text not null,
  period integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  since timestamptz not null,
  base_usd numeric(24,12) not null,
  noticed integer not null default 0,
  noticed_at timestamptz,
  refused_at timestamptz,
  refusal_noticed boolean not null default false,
  primary key (tenant_id, budget, period)
);
comment on table models.budget_periods is 'A day (20261121) or month (202611) of a budget, in the tenant''s time zone, from the first call of it on.';
comment on column models.budget_periods.since is 'From here on nodes count; calls that began before are in base_usd, summed from their rows.';
comment on column models.budget_periods.noticed is 'The highest threshold, in percent, that people were told of.';
select platform.tenant_table('models.budget_periods');
create index budget_periods_since on models.budget_periods (since);
create index budget_periods_end on models.budget_periods (ends_at);

create table models.budget_uses (
  tenant_id uuid not null,
  budget text not null,
  period integer not null,
  node uuid not null,
  spent_usd numeric(24,12) not null default 0,
  granted_usd numeric(24,12) not null default 0,
  at_risk_usd numeric(24,12) not null default 0,
  settled boolean not null default false,
  seen_at timestamptz not null,
  primary key (tenant_id, budget, period, node),
  foreign key (tenant_id, budget, period) references models.budget_periods on delete cascade
);
comment on table models.budget_uses is 'What one incarnation of a node spent of a period, and what it may spend: a hard budget is never less than its base and the greater of both, summed over nodes.';
comment on column models.budget_uses.at_risk_usd is 'The most that the node lets be under way or not yet in its rows; what a dead node can have spent beyond its rows.';
comment on column models.budget_uses.settled is 'The node was silent and its rows were summed. It takes the row up again when it comes back.';
select platform.tenant_table('models.budget_uses');
create index budget_uses_silent on models.budget_uses (seen_at) where not settled;

-- The clock of periods: one for all nodes, so that a node whose clock jumps opens no other period.
create function models.budget_now() returns timestamptz language sql volatile as $$ select clock_timestamp() $$;

create function models.budget_span(p_period text, p_zone text, p_at timestamptz, out number integer, out starts_at timestamptz, out ends_at timestamptz) language sql stable as $$
  select to_char(first, case p_period when 'day' then 'YYYYMMDD' else 'YYYYMM' end)::integer, first at time zone p_zone,
    (first + case p_period when 'day' then interval '1 day' else interval '1 month' end) at time zone p_zone
  from date_trunc(p_period, p_at at time zone p_zone) first
$$;

-- What rows say of a budget between two instants, of one node or of all.
create function models.budget_rows(p_tenant uuid, p_budget text, p_from timestamptz, p_to timestamptz, p_node uuid) returns numeric language sql stable as $$
  select coalesce(sum(s.cost_usd), 0) from models.spend s
  where s.tenant_id = p_tenant and s.opened_at >= p_from and s.opened_at < p_to and (p_node is null or s.node = p_node)
    and case split_part(p_budget, '.', 1)
      when 'tenant' then true
      when 'assistant' then s.assistant_id = split_part(p_budget, '.', 2)::uuid
      else s.service = split_part(p_budget, '.', 2) end
$$;

-- One round of a node for all its tenants: what it spent, what it keeps, what it wants. Answers in 10^-12 dollars. Saying the same twice changes nothing.
-- Who waits for a call gets half of what is left at most, who only looks ahead (need 1) an eighth: near the end every node still gets some.
create function models.lease_budgets(p_node uuid, p_asks jsonb)
returns table (place integer, version integer, period integer, since timestamptz, at timestamptz, lasts_us bigint, spent bigint, granted bigint, room bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  ask record;
  head models.budget_periods;
  cap numeric;
  others numeric;
  others_spent numeric;
  mine numeric;
  given numeric;
  span record;
begin
  for ask in
    select a.* from jsonb_to_recordset(p_asks)
      as a (place integer, tenant uuid, budget text, kind text, zone text, told_period integer, spent bigint, keep bigint, risk bigint, need bigint, want bigint, refused boolean)
    order by a.tenant, a.budget, a.told_period
  loop
    place := ask.place;
    at := models.budget_now();
    select * into span from models.budget_span(ask.kind, ask.zone, at);
    if ask.told_period is not null and ask.told_period <> span.number then
      update models.budget_uses u set spent_usd = ask.spent * 1e-12, granted_usd = greatest(ask.keep, ask.spent) * 1e-12, at_risk_usd = ask.risk * 1e-12,
          settled = false, seen_at = clock_timestamp()
        where u.tenant_id = ask.tenant and u.budget = ask.budget and u.period = ask.told_period and u.node = p_node;
      select coalesce(max(u.spent_usd * 1e12), 0)::bigint, coalesce(max(u.granted_usd * 1e12), 0)::bigint, greatest(max(u.at_risk_usd * 1e12), ask.risk)::bigint
        into ask.spent, ask.keep, ask.risk
        from models.budget_uses u where u.tenant_id = ask.tenant and u.budget = ask.budget and u.period = span.number and u.node = p_node;
    end if;
    if not exists (select from models.budget_periods p where p.tenant_id = ask.tenant and p.budget = ask.budget and p.period = span.number) then
      insert into models.budget_periods (tenant_id, budget, period, starts_at, ends_at, since, base_usd)
        values (ask.tenant, ask.budget, span.number, span.starts_at, span.ends_at, at, models.budget_rows(ask.tenant, ask.budget, span.starts_at, at, null))
        on conflict do nothing;
    end if;
    -- Only who wants some of a hard budget waits for another that does; what is said of the others is a row of one's own.
    if ask.want > 0 then
      perform from models.budget_periods p where p.tenant_id = ask.tenant and p.budget = ask.budget and p.period = span.number for no key update;
    end if;
    -- Read after the lock: whoever held it has committed what it was given.
    select p.* into head from models.budget_periods p where p.tenant_id = ask.tenant and p.budget = ask.budget and p.period = span.number;
    select case when not b.removed then b.hard_usd end, b.version into cap, version from models.budgets b where b.tenant_id = ask.tenant and b.name = ask.budget;
    version := coalesce(version, 0);
    select coalesce(sum(greatest(u.granted_usd, u.spent_usd)), 0), coalesce(sum(u.spent_usd), 0) into others, others_spent
      from models.budget_uses u where u.tenant_id = ask.tenant and u.budget = ask.budget and u.period = span.number and u.node <> p_node;
    mine := greatest(ask.keep, ask.spent) * 1e-12;
    room := coalesce(trunc((cap - head.base_usd - others - mine) * 1e12)::bigint, 0);
    given := case when cap is null or ask.want = 0 or ask.need > room then 0
      else least(room, greatest(ask.need, least(ask.want, room / case when ask.need > 1 then 2 else 8 end))) end;
    insert into models.budget_uses as u (tenant_id, budget, period, node, spent_usd, granted_usd, at_risk_usd, seen_at)
      values (ask.tenant, ask.budget, span.number, p_node, ask.spent * 1e-12, mine + given * 1e-12, ask.risk * 1e-12, clock_timestamp())
      on conflict (tenant_id, budget, period, node) do update set spent_usd = excluded.spent_usd, granted_usd = excluded.granted_usd,
        at_risk_usd = excluded.at_risk_usd, settled = false, seen_at = excluded.seen_at;
    if ask.refused and head.refused_at is null then
      update models.budget_periods p set refused_at = at where p.tenant_id = ask.tenant and p.budget = ask.budget and p.period = span.number;
    end if;
    period := span.number; since := head.since; lasts_us := extract(epoch from head.ends_at - at) * 1e6;
    spent := ((head.base_usd + others_spent) * 1e12)::bigint; granted := given::bigint; room := room - granted;
    return next;
  end loop;
end $$;
select platform.dispatch_function('models.lease_budgets(uuid, jsonb)');

-- What a node that fell silent had leased stays spent until its rows are summed; then what it can have spent beyond them stays.
create function models.settle_silent_budgets(p_patience interval) returns bigint language plpgsql volatile as $$
declare
  gone record;
  rows_say numeric;
  done bigint := 0;
begin
  for gone in
    select u.*, p.since, p.ends_at from models.budget_uses u join models.budget_periods p using (tenant_id, budget, period)
    where not u.settled and u.seen_at < clock_timestamp() - p_patience order by u.tenant_id, u.budget, u.period, u.node for update of u skip locked
  loop
    rows_say := greatest(gone.spent_usd, models.budget_rows(gone.tenant_id, gone.budget, gone.since, gone.ends_at, gone.node));
    update models.budget_uses u set settled = true, spent_usd = rows_say, granted_usd = greatest(rows_say, least(u.granted_usd, rows_say + u.at_risk_usd))
      where u.tenant_id = gone.tenant_id and u.budget = gone.budget and u.period = gone.period and u.node = gone.node;
    done := done + 1;
  end loop;
  return done;
end $$;
select platform.dispatch_function('models.settle_silent_budgets(interval)');

-- Calls that began before a period was counted can end later: their rows are summed again while that can be.
create function models.recount_budgets() returns bigint language sql volatile as $$
  with counted as (
    update models.budget_periods p set base_usd = models.budget_rows(p.tenant_id, p.budget, p.starts_at, p.since, null)
    where p.since > clock_timestamp() - interval '15 minutes' returning 1)
  select count(*) from counted
$$;
select platform.dispatch_function('models.recount_budgets()');

create function models.forget_budgets() returns bigint language sql volatile as $$
  with gone as (delete from models.budget_periods p where p.ends_at < clock_timestamp() - interval '400 days' returning 1) select count(*) from gone
$$;
select platform.dispatch_function('models.forget_budgets()');

-- What nodes keep in memory: budgets that were changed since. Scope: 0 tenant, 1 assistant, 2 service; period: 0 day, 1 month; money in 10^-12 dollars.
create function models.changed_budgets(p_since timestamptz, p_services text[])
returns table (tenant_id uuid, scope integer, assistant_id uuid, service integer, period integer, warn bigint, hard bigint, soft boolean, removed boolean, version integer, changed_at timestamptz)
language sql stable as $$
  select b.tenant_id, array_position(array['tenant', 'assistant', 'service'], b.scope) - 1, b.assistant_id, array_position(p_services, b.service) - 1,
    array_position(array['day', 'month'], b.period) - 1, (b.warn_usd * 1e12)::bigint, (b.hard_usd * 1e12)::bigint, b.soft, b.removed, b.version, b.changed_at
  from models.budgets b where b.changed_at > p_since
$$;
select platform.dispatch_function('models.changed_budgets(timestamptz, text[])');

-- Periods that somebody spends from, for the notices: figures only. Names as in changed_budgets; noticed_at is the last notice of the budget in any period.
create function models.active_budgets(p_services text[])
returns table (tenant_id uuid, scope integer, assistant_id uuid, service integer, kind integer, period integer, spent bigint, noticed integer, noticed_at timestamptz, refused boolean)
language sql stable as $$
  select p.tenant_id, array_position(array['tenant', 'assistant', 'service'], split_part(p.budget, '.', 1)) - 1,
    case split_part(p.budget, '.', 1) when 'assistant' then split_part(p.budget, '.', 2)::uuid end, array_position(p_services, split_part(p.budget, '.', 2)) - 1,
    case when p.period > 1000000 then 0 else 1 end, p.period, ((p.base_usd + u.spent) * 1e12)::bigint, p.noticed,
    (select max(x.noticed_at) from models.budget_periods x where x.tenant_id = p.tenant_id and x.budget = p.budget), p.refused_at is not null and not p.refusal_noticed
  from models.budget_periods p
  cross join lateral (select coalesce(sum(u.spent_usd), 0) as spent, max(u.seen_at) as seen from models.budget_uses u
    where u.tenant_id = p.tenant_id and u.budget = p.budget and u.period = p.period) u
  where p.ends_at > clock_timestamp() - interval '1 hour' and u.seen > clock_timestamp() - interval '10 minutes'
$$;
select platform.dispatch_function('models.active_budgets(text[])');
