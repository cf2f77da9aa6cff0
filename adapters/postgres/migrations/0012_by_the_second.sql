-- Up Migration

-- As before, but what is told by the whole second (PagerDuty's API, while its webhooks tell milliseconds) may have happened at
-- any moment of it: of the changes of that second, the further state is the later one.
create or replace function change_escalation_link(link uuid, told jsonb, out id uuid, out before jsonb)
language plpgsql as $$
#variable_conflict use_column
declare
  furthest_last constant text[] := '{pending,failed,open,acknowledged,resolved}';
  happened constant timestamptz := told ->> 'at';
  e escalations;
  l escalation_links;
  next escalation_links;
  by_name text;
  in_hand boolean;
  unsettled boolean;
  one_instant boolean;
begin
  select * into e from escalations x
  where x.id = (select k.escalation_id from escalation_links k where k.id = link) for no key update;
  if not found then
    return;
  end if;
  select * into l from escalation_links k where k.id = link;
  one_instant := date_trunc('second', l.changed_at) = date_trunc('second', happened)
    and (date_trunc('second', l.changed_at) in (l.changed_at, happened) or l.changed_at = happened);
  if (not one_instant and l.changed_at > happened) or (one_instant
    and array_position(furthest_last, told ->> 'state') < array_position(furthest_last, l.state)) then
    return;
  end if;
  next := l;
  next.external_id := coalesce(l.external_id, told ->> 'externalId');
  next.external_key := coalesce(told ->> 'externalKey', l.external_key);
  next.url := coalesce(told ->> 'url', l.url);
  next.state := told ->> 'state';
  next.status := told ->> 'status';
  next.assignees := told -> 'assignees';
  next.resolution := told ->> 'resolution';
  if next is not distinct from l then
    update escalation_links k set changed_at = greatest(l.changed_at, happened) where k.id = link;
    return;
  end if;
  id := e.id;
  before := to_jsonb(l);
  update escalation_links k set external_id = next.external_id, external_key = next.external_key, url = next.url,
    state = next.state, status = next.status, assignees = next.assignees, resolution = next.resolution,
    changed_at = greatest(l.changed_at, happened), made_at = coalesce(l.made_at, now()), error = null
  where k.id = link;
  update escalations x set version = e.version + 1 where x.id = e.id;
  if next.state = l.state or (e.state = 'resolved' and l.state <> 'resolved') then
    return;
  end if;
  by_name := coalesce(told -> 'by' ->> 'name', (select c.name from connections c where c.id = l.connection_id));
  select coalesce(bool_or(k.state = 'acknowledged'), false), coalesce(bool_or(k.state <> 'resolved'), false)
  into in_hand, unsettled
  from escalation_links k where k.escalation_id = e.id and k.state <> 'failed';
  if next.state = 'resolved' then
    if not unsettled then
      perform put_escalation(e.id, 'resolved', by_name, happened);
    end if;
  elsif next.state = 'acknowledged' or (e.state = 'resolved' and in_hand) then
    if e.state <> 'acknowledged' then
      perform put_escalation(e.id, 'acknowledged', by_name, happened);
    end if;
  elsif e.state = 'resolved' or (e.state = 'acknowledged' and l.state = 'acknowledged' and not in_hand) then
    perform put_escalation(e.id, 'open', null, null);
  end if;
end $$;
