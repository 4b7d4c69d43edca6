using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Words;

public sealed class RpcEndpointTests
{
    [Theory]
    [InlineData("https://mainnet.infura.test/v3/0123456789abcdef", "https://mainnet.infura.test")]
    [InlineData("https://user:secret@node.test:8545/?apikey=0123456789abcdef", "https://node.test:8545")]
    [InlineData("ws://127.0.0.1:8546/", "ws://127.0.0.1:8546")]
    public void Shows_only_scheme_host_and_port(string address, string shown)
    {
        var endpoint = new RpcEndpoint(new Uri(address));

        Assert.Equal(shown, endpoint.Name);
        Assert.Equal(shown, endpoint.ToString());
    }

    [Theory]
    [InlineData("https://node.test/v3/0123456789abcdef", "GET /v3/0123456789ABCDEF failed", "GET /v3/*** failed")]
    [InlineData("https://node.test/?key=0123456789abcdef&x=1", "key=0123456789abcdef&x=1", "key=***&x=1")]
    [InlineData("https://user:pa%20ss@node.test/", "user pa ss pa%20ss", "*** *** ***")]
    [InlineData("https://node.test/rpc/mainnet", "mainnet rpc", "mainnet rpc")]
    [InlineData("https://node.test/v3/k3y9", "unknown key k3y9.", "unknown key ***.")]
    [InlineData("https://node.test/v3/k3y9", "xk3y9y", "x***y")]
    [InlineData("https://node.test/?k3y9", "k3y9", "***")]
    [InlineData("https://node.test/?key=a7", "a7 is not a77", "*** is not a77")]
    [InlineData("https://node.test/evm/137", "limited to 137 blocks", "limited to 137 blocks")]
    [InlineData("https://node.test/rpc/k3y9", "no route for https://node.test/rpc/%6B3y9?x=1 here", "no route for https://node.test/*** here")]
    [InlineData("https://user:pass@node.test/", "Basic dXNlcjpwYXNz", "Basic ***")]
    public void Blots_its_secrets_out_of_what_others_say(string address, string text, string expected) =>
        Assert.Equal(expected, new RpcEndpoint(new Uri(address)).Redact(text));

    [Fact]
    public void Turns_user_information_into_a_header()
    {
        var endpoint = new RpcEndpoint(new Uri("https://Aladdin:open%20sesame@node.test/rpc"));

        Assert.Equal("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", endpoint.Authorization);
        Assert.Equal("https://node.test/rpc", endpoint.Address.ToString());
    }

    [Theory]
    [InlineData("ftp://node.test/")]
    [InlineData("file:///tmp/geth.ipc")]
    public void Refuses_other_schemes(string address) => Assert.Throws<ArgumentException>(() => new RpcEndpoint(new Uri(address)));

    [Fact]
    public void Refuses_an_address_that_is_not_whole() =>
        Assert.Throws<ArgumentException>(() => new RpcEndpoint(new Uri("/rpc", UriKind.Relative)));

    [Fact]
    public void Does_not_show_headers_of_transport_options()
    {
        var options = new RpcTransportOptions { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Bearer hunter2" } };

        Assert.DoesNotContain("hunter2", options.ToString(), StringComparison.Ordinal);
    }
}
