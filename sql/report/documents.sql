-- Documents of the REST interface; their statements are composed in documents.c.

-- Whether the database has what Patchwork's migration 0048 added.
prepare documents_dependencies as
select to_regclass('patchwork_series_dependencies') is not null;
