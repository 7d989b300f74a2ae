-- Lists are mostly wanted newest first: events are in this order by default, and git-pw asks for
-- `order=-date` of patches and series.  Patchwork has no index for that: each page would sort all
-- rows that match.  Tables that Patchwork has created stay as they are; the name of one of our own
-- indexes tells them apart.  The indexes are there already if the schema patchmda was dropped.
do $$ begin
    if to_regclass('patchwork_patch_list_idx') is not null then
        create index if not exists patchmda_patch_date_idx on patchwork_patch (date);
        create index if not exists patchmda_series_date_idx on patchwork_series (date);
        create index if not exists patchmda_event_date_idx on patchwork_event (date);
    end if;
end $$;
