using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OpenGradient.Database;

/// <summary>A PostgreSQL database as a URL names it.</summary>
internal sealed class PostgresAddress
{
    private const int DefaultPort = 5432;
    private const string Form = "A database is sqlite:PATH or postgres://user@host:port/database.";

    private readonly string _connection;

    private PostgresAddress(string connection, string shown) => (_connection, Shown) = (connection, shown);

    private string Shown { get; }

    /// <summary>A builder of its own each time; carries secrets.</summary>
    public NpgsqlConnectionStringBuilder Connection() => new(_connection);

    public static bool TryParse(string text, [NotNullWhen(true)] out PostgresAddress? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql") || url.Fragment.Length > 0)
        {
            fault = Form;
            return false;
        }

        var user = url.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.Host.Trim('[', ']')),
            Port = url.Port < 0 ? DefaultPort : url.Port,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            ApplicationName = "og",
        };
        fault = ReadQuery(url.Query, connection)
            ?? (new[] { connection.Host, connection.Database, connection.Username }.Any(string.IsNullOrEmpty) ? Form : null);
        if (fault is not null)
            return false;

        address = new PostgresAddress(
            connection.ConnectionString, $"postgres://{connection.Username}@{connection.Host}:{connection.Port}/{connection.Database}");
        return true;
    }

    public override string ToString() => Shown;

    private static string? ReadQuery(string query, NpgsqlConnectionStringBuilder connection)
    {
        foreach (var item in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = item.Split('=', 2);
            var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
            switch (pair[0])
            {
                case "host":
                    connection.Host = value;
                    break;
                case "application_name":
                    connection.ApplicationName = value;
                    break;
                case "sslrootcert":
                    connection.RootCertificate = value;
                    break;
                case "sslmode" when TryReadSslMode(value, out var mode):
                    connection.SslMode = mode;
                    break;
                default:
                    return "A PostgreSQL address takes host, application_name, sslrootcert, and sslmode "
                        + "(disable, allow, prefer, require, verify-ca, verify-full).";
            }
        }

        return null;
    }

    private static bool TryReadSslMode(string text, out SslMode mode)
    {
        SslMode? known = text switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => null,
        };
        mode = known ?? SslMode.Prefer;
        return known is not null;
    }
}
