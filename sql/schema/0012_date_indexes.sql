-- git-pw requests patches and series with `order=-date`, and CI programs request events with `since`.
-- Patchwork has no index for that: for each page, all patches or series that match would be sorted, or all
-- events read.  Tables that Patchwork has created are not changed; the name of an index shows whether
-- patchmda has created them.  The indexes exist already if the schema patchmda was dropped.
do $$ begin
    if to_regclass('patchwork_patch_list_idx') is not null then
        create index if not exists patchmda_patch_date_idx on patchwork_patch (date);
        create index if not exists patchmda_series_date_idx on patchwork_series (date);
        create index if not exists patchmda_event_date_idx on patchwork_event (date);
    end if;
end $$;
