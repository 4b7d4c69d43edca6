using System.Net.WebSockets;
using System.Text;

namespace OpenGradient.Support.Rpc;

/// <summary>Whole messages over a WebSocket.</summary>
public static class TestSockets
{
    public static async Task<SeenMessage> ReceiveCallsAsync(this WebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var part = new byte[4096];
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(part, cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
                throw new IOException("The client closed the connection.");
            await message.WriteAsync(part.AsMemory(0, result.Count), cancellationToken);
        }
        while (!result.EndOfMessage);

        return SeenMessage.Read(message.ToArray());
    }

    public static Task SendTextAsync(this WebSocket socket, string text, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
}
