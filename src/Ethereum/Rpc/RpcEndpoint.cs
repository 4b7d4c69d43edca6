using System.Text;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// Where a node answers. Providers put keys into the path, the query or the user information of the address, so that only scheme, host and
/// port are ever shown, and whatever else of it may be a key is blotted out of other people's error messages.
/// </summary>
public sealed class RpcEndpoint
{
    private readonly EndpointSecrets _secrets;

    public RpcEndpoint(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https" or "ws" or "wss"))
            throw new ArgumentException("An endpoint's address is absolute and starts with http, https, ws or wss.", nameof(address));
        Address = WithoutUserInfo(address);
        Name = address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        Credentials = address.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(address.UserInfo);
        _secrets = new EndpointSecrets(address, Authorization);
    }

    private RpcEndpoint(RpcEndpoint endpoint, EndpointSecrets secrets)
    {
        (Address, Name, Credentials) = (endpoint.Address, endpoint.Name, endpoint.Credentials);
        _secrets = secrets;
    }

    /// <summary>Scheme, host and port: what may be shown.</summary>
    public string Name { get; }

    /// <summary>Whether calls go over WebSocket.</summary>
    public bool IsWebSocket => Address.Scheme is "ws" or "wss";

    /// <summary>The address to connect to; carries secrets.</summary>
    internal Uri Address { get; }

    /// <summary>The value of an <c>Authorization</c> header, when the address had user information.</summary>
    internal string? Authorization =>
        Credentials is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials));

    private string? Credentials { get; }

    public override string ToString() => Name;

    /// <summary>What another program says about this endpoint, without the endpoint's secrets.</summary>
    public string WithoutSecrets(string text) => _secrets.Redact(text);

    /// <summary>Text from the network without this endpoint's secrets, shortened and in one line.</summary>
    internal string Redact(string text) => RpcText.Shortened(_secrets.Redact(text));

    /// <summary>This endpoint, and the values of the headers that are sent to it are secrets too.</summary>
    internal RpcEndpoint Hiding(IEnumerable<string> headers) => new(this, _secrets.With(headers));

    private static Uri WithoutUserInfo(Uri address) =>
        address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;
}
