using OpenGradient.Database;

namespace OpenGradient.Support.Databases;

/// <summary>
/// A schema as lines that are the same on both engines when the two hold the same: tables, columns with their kind and whether they may be
/// null, keys, unique indexes and references. Checks are compared by what they refuse, in the tests of their owners.
/// </summary>
public static class SchemaOutline
{
    public static async Task<IReadOnlyList<string>> ReadAsync(IDatabase database, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            async session =>
            {
                var lines = new List<string>();
                lines.AddRange(await session.QueryAsync<string>(session.Sql(SqliteColumns, PostgresColumns)));
                lines.AddRange(await session.QueryAsync<string>(session.Sql(SqliteKeys, PostgresKeys)));
                lines.AddRange(await session.QueryAsync<string>(session.Sql(SqliteReferences, PostgresReferences)));
                lines.Sort(StringComparer.Ordinal);
                return (IReadOnlyList<string>)lines;
            },
            cancellationToken);

    private const string SqliteColumns =
        """
        SELECT t.name || '.' || c.name || ' '
          || CASE c.type WHEN 'INTEGER' THEN 'integer' WHEN 'BLOB' THEN 'bytes' WHEN 'TEXT' THEN 'text' WHEN 'REAL' THEN 'real' ELSE 'other ' || c.type END
          || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN '' ELSE ' or null' END
        FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
        """;

    private const string PostgresColumns =
        """
        SELECT table_name || '.' || column_name || ' '
          || CASE WHEN data_type IN ('bigint', 'integer', 'smallint', 'boolean') THEN 'integer' WHEN data_type = 'bytea' THEN 'bytes' WHEN data_type = 'text' THEN 'text'
             WHEN data_type = 'double precision' THEN 'real' ELSE 'other ' || data_type END
          || CASE WHEN is_nullable = 'NO' THEN '' ELSE ' or null' END
        FROM information_schema.columns WHERE table_schema = current_schema()
        """;

    // The key of a table by its row number has no index in SQLite.
    private const string SqliteKeys =
        """
        SELECT t.name || CASE i.origin WHEN 'pk' THEN ' key (' ELSE CASE i."unique" WHEN 1 THEN ' unique (' ELSE ' index (' END END
          || (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) || ')'
          || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END
        FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
        UNION ALL
        SELECT t.name || ' key (' || c.name || ')' FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.pk = 1
          AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) WHERE origin = 'pk')
        """;

    private const string PostgresKeys =
        """
        SELECT t.relname || CASE WHEN i.indisprimary THEN ' key (' WHEN i.indisunique THEN ' unique (' ELSE ' index (' END
          || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(number, place)
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')'
          || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = current_schema()
        """;

    private const string SqliteReferences =
        """
        SELECT t.name || ' refers (' || group_concat(f."from", ', ') || ') to ' || f."table"
        FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' GROUP BY t.name, f.id
        """;

    private const string PostgresReferences =
        """
        SELECT t.relname || ' refers ('
          || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ') to ' || r.relname
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace WHERE c.contype = 'f' AND n.nspname = current_schema()
        """;
}
