using System.Text;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Models;

/// <summary>The ids of models and versions in one register on one chain: the twin, off the chain, of ModelRegistry. Tests hold the two together.</summary>
public sealed class ModelIds(ChainId chainId, Address registry)
{
    private const int Word = UInt256.ByteLength;
    private const int IdBytes = 5 * Word;
    // Five words of its own, five of its semantics in place, and where the uris are.
    private const int VersionHeadBytes = 11 * Word;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Hash32 ModelTag = Keccak256.Hash("OpenGradient.Relayer.Model"u8);
    private static readonly Hash32 VersionTag = Keccak256.Hash("OpenGradient.Relayer.Version"u8);

    /// <summary>The id of the model that an account creates, or created, under a name.</summary>
    public Hash32 ModelIdOf(Address creator, string name)
    {
        var writer = Start(ModelTag);
        writer.WriteAddress(creator);
        writer.WriteBytes32(Keccak256.Hash(StrictUtf8.GetBytes(name)));
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The id that a version of a model has, published or not.</summary>
    public Hash32 VersionIdOf(Hash32 modelId, IModelRegistryContract.Version version)
    {
        var encoded = new AbiWriter([], Word);
        encoded.WriteTuple(version, VersionHeadBytes, IModelRegistryContract.Version.Write);
        var writer = Start(VersionTag);
        writer.WriteBytes32(modelId);
        writer.WriteBytes32(Keccak256.Hash(encoded.ToArray()));
        return Keccak256.Hash(writer.ToArray());
    }

    private AbiWriter Start(Hash32 tag)
    {
        var writer = new AbiWriter([], IdBytes);
        writer.WriteBytes32(tag);
        writer.WriteUInt64(chainId.Value);
        writer.WriteAddress(registry);
        return writer;
    }
}
