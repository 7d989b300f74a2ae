-- The search box finds patches by the first characters of a commit.  Patchwork has no index for that: all patches
-- would be read.  A patch has no commit when it is stored, so that this partial index adds nothing to an import.
do $$ begin
    if to_regclass('patchmda_patch_date_idx') is not null then
        create index if not exists patchmda_patch_commit_idx on patchwork_patch (commit_ref varchar_pattern_ops)
            where commit_ref is not null;
    end if;
end $$;
