using System.Globalization;
using OpenGradient.Database;
using OpenGradient.Indexer.Child;
using OpenGradient.Indexer.Storage;

// database, rounds, seed, the transaction in which it ends, where in it, and how many families are indexed: indexes until then.
var numbers = args[1..].Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
var where = DatabaseOptions.Parse(args[0]) with { Durability = Durability.Relaxed };
await using var database = await DatabaseFactory.OpenAsync(where, [IndexerSchema.Migrations]);
await ChildIndexer.RunAsync(new KillingDatabase(database, numbers[2], numbers[3]), ForkedChain.After(numbers[0], numbers[1]), [.. ForkedChain.Families.Take(numbers[4])], CancellationToken.None);
