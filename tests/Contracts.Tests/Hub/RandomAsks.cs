using FsCheck;
using FsCheck.Fluent;

namespace OpenGradient.Contracts.Tests.Hub;

/// <summary>Requests, receipts and settlements of any content that their types hold.</summary>
internal static class RandomAsks
{
    private const int Assurances = 4;

    public static Gen<IHubContract.Request> Requests { get; } =
        from versionId in RandomData.Hashes
        from assurance in Gen.Choose(0, Assurances - 1)
        from assignee in RandomData.Addresses
        from exclusiveUntil in RandomData.ShortNumbers(40)
        from deadline in RandomData.ShortNumbers(40)
        from window in RandomData.ShortNumbers(32)
        from callbackGas in RandomData.ShortNumbers(32)
        from flags in RandomData.ShortNumbers(8)
        from quorum in RandomData.ShortNumbers(8)
        from fee in RandomData.Numbers(128)
        from tip in RandomData.Numbers(128)
        from lien in RandomData.Numbers(128)
        from input in RandomData.Hashes
        from terms in RandomData.Hashes
        select new IHubContract.Request(
            versionId, (byte)assurance, assignee, exclusiveUntil, deadline, (uint)window, (uint)callbackGas, (byte)flags, (byte)quorum, fee, tip, lien,
            input, terms);

    public static Gen<IHubContract.Ask> All { get; } =
        from request in Requests
        from requester in RandomData.Addresses
        from nonce in RandomData.Numbers(256)
        select new IHubContract.Ask(request, requester, nonce);

    public static Gen<IHubContract.Receipt> Receipts { get; } =
        from hashes in Gen.ArrayOf(RandomData.Hashes, 5)
        from assurance in Gen.Choose(0, Assurances - 1)
        from node in RandomData.Addresses
        from payee in RandomData.Addresses
        from numbers in Gen.ArrayOf(RandomData.ShortNumbers(64), 3)
        select new IHubContract.Receipt(
            hashes[0], hashes[1], hashes[2], hashes[3], (byte)assurance, node, payee, numbers[0], numbers[1], numbers[2], hashes[4]);

    public static Gen<IHubContract.Settlement> Settlements { get; } =
        from hashes in Gen.ArrayOf(RandomData.Hashes, 3)
        from node in RandomData.Addresses
        from payee in RandomData.Addresses
        from numbers in Gen.ArrayOf(RandomData.ShortNumbers(64), 3)
        from assurance in Gen.Choose(0, Assurances - 1)
        from lien in RandomData.Numbers(256)
        from settledAt in RandomData.ShortNumbers(40)
        from revision in RandomData.ShortNumbers(8)
        select new IHubContract.Settlement(
            hashes[0], node, payee, numbers[0], numbers[1], numbers[2], hashes[1], (byte)assurance, hashes[2], lien, settledAt, (byte)revision);

    public static Gen<IHubContract.Terms> Terms { get; } =
        from workloads in Gen.Choose(0, 9).SelectMany(count => Gen.ArrayOf(RandomData.Hashes, count))
        from members in Gen.Choose(0, 9).SelectMany(count => Gen.ArrayOf(RandomData.Addresses, count))
        select new IHubContract.Terms(workloads, members);
}
