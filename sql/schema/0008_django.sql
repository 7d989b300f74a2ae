-- The rest of Patchwork's tables, as of its migration 0048 and with its names: a Patchwork that is
-- installed on a database of patchmda's finds all its tables, and its `migrate` has nothing to apply.
-- `migrate` itself fills django_content_type and auth_permission. A database that Patchwork has created
-- has these tables, and is not changed.
do $$
declare
    reader text;
begin
    if to_regclass('django_migrations') is not null then
        return;
    end if;

    create table django_content_type (
        id        serial,
        app_label varchar(100) not null,
        model     varchar(100) not null,
        constraint django_content_type_app_label_model_76bd3d3b_uniq unique (app_label, model),
        constraint django_content_type_pkey primary key (id)
    );
    create table auth_group (
        id   serial,
        name varchar(150) not null,
        constraint auth_group_name_key unique (name),
        constraint auth_group_pkey primary key (id)
    );
    create index auth_group_name_a6ea08ec_like on auth_group (name varchar_pattern_ops);
    create table auth_permission (
        id              serial,
        name            varchar(255) not null,
        content_type_id integer not null,
        codename        varchar(100) not null,
        constraint auth_permission_content_type_id_2f476e4b_fk_django_co
            foreign key (content_type_id) references django_content_type(id) deferrable initially deferred,
        constraint auth_permission_content_type_id_codename_01ab375a_uniq
            unique (content_type_id, codename),
        constraint auth_permission_pkey primary key (id)
    );
    create index auth_permission_content_type_id_2f476e4b on auth_permission (content_type_id);
    create table auth_group_permissions (
        id            serial,
        group_id      integer not null,
        permission_id integer not null,
        constraint auth_group_permissio_permission_id_84c5c92e_fk_auth_perm
            foreign key (permission_id) references auth_permission(id) deferrable initially deferred,
        constraint auth_group_permissions_group_id_b120cbf9_fk_auth_group_id
            foreign key (group_id) references auth_group(id) deferrable initially deferred,
        constraint auth_group_permissions_group_id_permission_id_0cd325b0_uniq
            unique (group_id, permission_id),
        constraint auth_group_permissions_pkey primary key (id)
    );
    create index auth_group_permissions_group_id_b120cbf9 on auth_group_permissions (group_id);
    create index auth_group_permissions_permission_id_84c5c92e
        on auth_group_permissions (permission_id);
    create table auth_user_groups (
        id       serial,
        user_id  integer not null,
        group_id integer not null,
        constraint auth_user_groups_group_id_97559544_fk_auth_group_id
            foreign key (group_id) references auth_group(id) deferrable initially deferred,
        constraint auth_user_groups_pkey primary key (id),
        constraint auth_user_groups_user_id_6a12ed8b_fk_auth_user_id
            foreign key (user_id) references auth_user(id) deferrable initially deferred,
        constraint auth_user_groups_user_id_group_id_94350c0c_uniq unique (user_id, group_id)
    );
    create index auth_user_groups_group_id_97559544 on auth_user_groups (group_id);
    create index auth_user_groups_user_id_6a12ed8b on auth_user_groups (user_id);
    create table auth_user_user_permissions (
        id            serial,
        user_id       integer not null,
        permission_id integer not null,
        constraint auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm
            foreign key (permission_id) references auth_permission(id) deferrable initially deferred,
        constraint auth_user_user_permissions_pkey primary key (id),
        constraint auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id
            foreign key (user_id) references auth_user(id) deferrable initially deferred,
        constraint auth_user_user_permissions_user_id_permission_id_14a6b632_uniq
            unique (user_id, permission_id)
    );
    create index auth_user_user_permissions_permission_id_1fbb5f2c
        on auth_user_user_permissions (permission_id);
    create index auth_user_user_permissions_user_id_a95ead1b
        on auth_user_user_permissions (user_id);
    create table django_admin_log (
        id              serial,
        action_time     timestamptz not null,
        object_id       text,
        object_repr     varchar(200) not null,
        action_flag     smallint not null,
        change_message  text not null,
        content_type_id integer,
        user_id         integer not null,
        constraint django_admin_log_action_flag_check check ((action_flag >= 0)),
        constraint django_admin_log_content_type_id_c4bce8eb_fk_django_co
            foreign key (content_type_id) references django_content_type(id) deferrable initially deferred,
        constraint django_admin_log_pkey primary key (id),
        constraint django_admin_log_user_id_c564eba6_fk_auth_user_id
            foreign key (user_id) references auth_user(id) deferrable initially deferred
    );
    create index django_admin_log_content_type_id_c4bce8eb on django_admin_log (content_type_id);
    create index django_admin_log_user_id_c564eba6 on django_admin_log (user_id);
    create table django_session (
        session_key  varchar(40) not null,
        session_data text not null,
        expire_date  timestamptz not null,
        constraint django_session_pkey primary key (session_key)
    );
    create index django_session_expire_date_a5c62663 on django_session (expire_date);
    create index django_session_session_key_c0390e0f_like
        on django_session (session_key varchar_pattern_ops);
    create table django_site (
        id     serial,
        domain varchar(100) not null,
        name   varchar(50) not null,
        constraint django_site_domain_a2e37b91_uniq unique (domain),
        constraint django_site_pkey primary key (id)
    );
    create index django_site_domain_a2e37b91_like on django_site (domain varchar_pattern_ops);
    create table patchwork_emailconfirmation (
        id      serial,
        type    varchar(20) not null,
        email   varchar(200) not null,
        key     char(40) not null,
        date    timestamptz not null,
        active  boolean not null,
        user_id integer,
        constraint patchwork_emailconfirmation_pkey primary key (id),
        constraint patchwork_emailconfirmation_user_id_3038a498_fk_auth_user_id
            foreign key (user_id) references auth_user(id) deferrable initially deferred
    );
    create index patchwork_emailconfirmation_user_id_3038a498
        on patchwork_emailconfirmation (user_id);
    create table patchwork_emailoptout (
        email varchar(200) not null,
        constraint patchwork_emailoptout_pkey primary key (email)
    );
    create index patchwork_emailoptout_email_8eeeb92b_like
        on patchwork_emailoptout (email varchar_pattern_ops);

    -- Users log in by name, so names are unique.
    alter table auth_user add constraint auth_user_username_key unique (username);
    create index auth_user_username_6821ab7c_like on auth_user (username varchar_pattern_ops);

    -- The tables of 0007 get Django's names: a later migration of Patchwork's may refer to them.
    alter table authtoken_token
        rename constraint authtoken_token_user_id_fkey
        to authtoken_token_user_id_35299eff_fk_auth_user_id;
    alter index authtoken_token_key_idx
        rename to authtoken_token_key_10f0b77e_like;
    alter table patchwork_bundle
        rename constraint patchwork_bundle_owner_id_fkey
        to patchwork_bundle_owner_id_50e0dc92_fk_auth_user_id;
    alter table patchwork_bundle
        rename constraint patchwork_bundle_owner_id_name_key
        to patchwork_bundle_owner_id_name_8bb7fe7e_uniq;
    alter table patchwork_bundle
        rename constraint patchwork_bundle_project_id_fkey
        to patchwork_bundle_project_id_e6033e8b_fk_patchwork_project_id;
    alter index patchwork_bundle_owner_id_idx
        rename to patchwork_bundle_owner_id_50e0dc92;
    alter index patchwork_bundle_project_id_idx
        rename to patchwork_bundle_project_id_e6033e8b;
    alter table patchwork_bundlepatch
        rename constraint patchwork_bundlepatch_bundle_id_fkey
        to patchwork_bundlepatch_bundle_id_387ecba8_fk_patchwork_bundle_id;
    alter table patchwork_bundlepatch
        rename constraint patchwork_bundlepatch_bundle_id_patch_id_key
        to patchwork_bundlepatch_bundle_id_patch_id_d8304561_uniq;
    alter table patchwork_bundlepatch
        rename constraint patchwork_bundlepatch_patch_id_fkey
        to patchwork_bundlepatch_patch_id_c75a880f_fk_patchwork_patch_id;
    alter index patchwork_bundlepatch_bundle_id_idx
        rename to patchwork_bundlepatch_bundle_id_387ecba8;
    alter index patchwork_bundlepatch_patch_id_idx
        rename to patchwork_bundlepatch_patch_id_c75a880f;
    alter table patchwork_patchchangenotification
        rename constraint patchwork_patchchangenotification_orig_state_id_fkey
        to patchwork_patchchang_orig_state_id_23b89f55_fk_patchwork;
    alter table patchwork_patchchangenotification
        rename constraint patchwork_patchchangenotification_patch_id_fkey
        to patchwork_patchchang_patch_id_8e2f2f8e_fk_patchwork;
    alter index patchwork_patchchangenotification_orig_state_id_idx
        rename to patchwork_patchchangenotification_orig_state_id_23b89f55;

    -- Patchwork renamed this table, but not its sequence. A dump of the data has the sequence's name.
    alter sequence patchwork_patchcomment_id_seq rename to patchwork_comment_id_seq;

    insert into django_site (domain, name) values ('example.com', 'example.com');

    create table django_migrations (
        id      serial,
        app     varchar(255) not null,
        name    varchar(255) not null,
        applied timestamptz  not null,
        constraint django_migrations_pkey primary key (id)
    );
    insert into django_migrations (app, name, applied)
    select app, name, now()
    from (values
        ('contenttypes', '0001_initial'), ('auth', '0001_initial'), ('admin', '0001_initial'),
        ('admin', '0002_logentry_remove_auto_add'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('auth', '0002_alter_permission_name_max_length'),
        ('auth', '0003_alter_user_email_max_length'), ('auth', '0004_alter_user_username_opts'),
        ('auth', '0005_alter_user_last_login_null'), ('auth', '0006_require_contenttypes_0002'),
        ('auth', '0007_alter_validators_add_error_messages'),
        ('auth', '0008_alter_user_username_max_length'),
        ('auth', '0009_alter_user_last_name_max_length'),
        ('auth', '0010_alter_group_name_max_length'), ('auth', '0011_update_proxy_permissions'),
        ('auth', '0012_alter_user_first_name_max_length'), ('authtoken', '0001_initial'),
        ('authtoken', '0002_auto_20160226_1747'), ('authtoken', '0003_tokenproxy'),
        ('patchwork', '0001_initial'), ('patchwork', '0002_fix_patch_state_default_values'),
        ('patchwork', '0003_add_check_model'), ('patchwork', '0004_add_delegation_rule_model'),
        ('patchwork', '0005_unselectable_maintainer_projects'),
        ('patchwork', '0006_add_patch_diff'),
        ('patchwork', '0007_move_comment_content_to_patch_content'),
        ('patchwork', '0008_add_email_mixin'), ('patchwork', '0009_add_submission_model'),
        ('patchwork', '0010_migrate_data_from_submission_to_patch'),
        ('patchwork', '0011_remove_temp_fields'), ('patchwork', '0012_add_coverletter_model'),
        ('patchwork', '0013_slug_check_context'),
        ('patchwork', '0014_remove_userprofile_primary_project'),
        ('patchwork', '0015_add_series_models'), ('patchwork', '0016_series_project'),
        ('patchwork', '0017_improved_delegation_rule_docs'),
        ('patchwork', '0018_add_event_model'), ('patchwork', '0019_userprofile_show_ids'),
        ('patchwork', '0020_tag_show_column'), ('patchwork', '0021_django_1_10_fixes'),
        ('patchwork', '0022_add_subject_match_to_project'), ('patchwork', '0023_timezone_unify'),
        ('patchwork', '0024_patch_patch_project'), ('patchwork', '0025_add_regex_validators'),
        ('patchwork', '0026_add_user_bundles_backref'),
        ('patchwork', '0027_remove_series_ordering'),
        ('patchwork', '0028_add_comment_date_index'),
        ('patchwork', '0029_add_list_covering_index'),
        ('patchwork', '0030_add_submission_covering_index'),
        ('patchwork', '0031_add_patch_series_fields'),
        ('patchwork', '0032_migrate_data_from_series_patch_to_patch'),
        ('patchwork', '0033_remove_patch_series_model'),
        ('patchwork', '0034_project_list_archive_url'),
        ('patchwork', '0035_project_list_archive_url_format'),
        ('patchwork', '0036_project_commit_url_format'), ('patchwork', '0037_event_actor'),
        ('patchwork', '0038_state_slug'), ('patchwork', '0039_unique_series_references'),
        ('patchwork', '0040_add_related_patches'), ('patchwork', '0041_python3'),
        ('patchwork', '0042_add_cover_model'), ('patchwork', '0043_merge_patch_submission'),
        ('patchwork', '0044_add_project_linkname_validation'),
        ('patchwork', '0045_addressed_fields'), ('patchwork', '0046_patch_comment_events'),
        ('patchwork', '0047_add_database_indexes'), ('patchwork', '0048_series_dependencies'),
        ('sessions', '0001_initial'), ('sites', '0001_initial'),
        ('sites', '0002_alter_domain_unique'),
        ('patchwork', '0001_squashed_0040_add_related_patches')) as made (app, name);

    -- A role that may read the states may also read the version. Programs that are running check it, and
    -- have only the privileges that an earlier grants.sql has granted.
    for reader in
        select case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end
        from pg_class, aclexplode(relacl)
        where oid = 'patchwork_state'::regclass and privilege_type = 'SELECT'
    loop
        execute 'grant select on django_migrations to ' || reader;
    end loop;
end
$$;
