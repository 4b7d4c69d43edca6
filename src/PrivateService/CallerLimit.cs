using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace OpenGradient.PrivateService;

/// <summary>
/// How often each caller may ask. Callers are counted in a fixed number of places, chosen by a hash that nobody can foretell: so that however many addresses a
/// stranger has, nothing grows, and who fills one place shares it with few. One network of IPv6 is one caller.
/// </summary>
public sealed class CallerLimit : IDisposable
{
    private const int Places = 1_024;
    private const int NetworkBytes = 8;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public CallerLimit(int requestsPerMinute) => Limiter = PartitionedRateLimiter.Create<HttpContext, int>(
        context => RateLimitPartition.GetFixedWindowLimiter(PlaceOf(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = requestsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    public PartitionedRateLimiter<HttpContext> Limiter { get; }

    public void Dispose() => Limiter.Dispose();

    /// <summary>Where a caller is counted.</summary>
    public int PlaceOf(IPAddress? caller)
    {
        var address = caller is { IsIPv4MappedToIPv6: true } ? caller.MapToIPv4() : caller ?? IPAddress.None;
        var bytes = address.GetAddressBytes();
        var network = address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, NetworkBytes) : bytes;
        return BitConverter.ToUInt16(HMACSHA256.HashData(_secret, network)) % Places;
    }
}
