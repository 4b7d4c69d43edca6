using System.Diagnostics;
using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Sending;

// database, endpoint, chain, development account, the boundary at which it ends: sends until then.
var (where, endpoint, chain) = (DatabaseOptions.Parse(args[0]), new Uri(args[1]), new ChainId(ulong.Parse(args[2], CultureInfo.InvariantCulture)));
var (account, end) = (int.Parse(args[3], CultureInfo.InvariantCulture), Enum.Parse<Boundary>(args[4]));

await using var database = await DatabaseFactory.OpenAsync(where, TransactionQueue.Migrations);
await using var client = EthereumClient.Connect(endpoint, new RpcOptions { MaxAttempts = 1 });
using var signer = new LocalSigner(DevelopmentAccounts.Key(account));
using var queue = new TransactionQueue(chain);
using var meter = new SendingMeter(chain, signer.Address);
var options = new SendingOptions { HeadPoll = TimeSpan.FromMilliseconds(5), GroupSize = 3, LowBalance = Wei.Zero };
await using var sender = new TransactionSender(database, queue, signer, new SendingEndpoints([client]), options, meter, logger: null, clock: null, "child", boundary =>
{
    // SIGKILL: nothing is flushed, closed or told.
    if (boundary == end)
        Process.GetCurrentProcess().Kill();
    return Task.CompletedTask;
});
await sender.RunAsync(CancellationToken.None);
