-- git-pw asks for patches and series with `order=-date`, and CI programs for events with `since`.
-- Patchwork has no index for that: each page would sort all patches or series that match, or read
-- all events.  Tables that Patchwork has created stay as they are; the name of one of our own indexes
-- tells them apart.  The indexes are there already if the schema patchmda was dropped.
do $$ begin
    if to_regclass('patchwork_patch_list_idx') is not null then
        create index if not exists patchmda_patch_date_idx on patchwork_patch (date);
        create index if not exists patchmda_series_date_idx on patchwork_series (date);
        create index if not exists patchmda_event_date_idx on patchwork_event (date);
    end if;
end $$;
