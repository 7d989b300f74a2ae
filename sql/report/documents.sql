-- Documents of the REST interface. documents.c composes the statements that read them.

-- Whether the database has the table that Patchwork's migration 0048 added.
prepare documents_dependencies as
select to_regclass('patchwork_series_dependencies') is not null;
