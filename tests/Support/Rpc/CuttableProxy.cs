using System.Net;
using System.Net.Sockets;

namespace OpenGradient.Support.Rpc;

/// <summary>Passes TCP connections on to another port of 127.0.0.1 until it is told to cut them, and takes new ones again afterwards.</summary>
public sealed class CuttableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly Task _accepting;
    private volatile bool _refuses;

    public CuttableProxy(int targetPort)
    {
        _target = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Breaks every connection, and refuses new ones until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _refuses = true;
        lock (_gate)
        {
            _open.ForEach(client => client.Close());
            _open.Clear();
        }
    }

    public void Mend() => _refuses = false;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        Cut();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var here = client;
        using var there = new TcpClient();
        try
        {
            if (_refuses)
                return;
            await there.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            lock (_gate)
                _open.AddRange([here, there]);
            await using var near = here.GetStream();
            await using var far = there.GetStream();
            await Task.WhenAny(near.CopyToAsync(far, _stopping.Token), far.CopyToAsync(near, _stopping.Token));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
