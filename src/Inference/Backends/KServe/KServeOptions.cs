using System.ComponentModel.DataAnnotations;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Backends.KServe;

/// <summary>What a server calls a model.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Its version; null leaves the choice to the server.</param>
public sealed record ServedModel(string Name, string? Version = null);

/// <summary>A server that speaks KServe's open inference protocol, version 2, over HTTP with binary tensors, as Triton does.</summary>
public sealed record KServeOptions
{
    /// <summary>Where <c>v2/...</c> is found. It must end with a slash.</summary>
    public required Uri Address { get; init; }

    /// <summary>What the server calls the versions that it has, by their ids.</summary>
    public required IReadOnlyDictionary<Hash32, ServedModel> Models { get; init; }

    /// <summary>How long the server may take, in milliseconds.</summary>
    [Range(1, 3_600_000)]
    public int TimeLimitMs { get; init; } = 30_000;

    /// <summary>The longest answer, in bytes of tensor data.</summary>
    [Range(1, int.MaxValue)]
    public int MaxAnswerBytes { get; init; } = 16 << 20;

    /// <summary>Throws where a value is out of its range.</summary>
    public KServeOptions Validated()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        return Address.IsAbsoluteUri && Address.AbsolutePath.EndsWith('/')
            ? this
            : throw new ValidationException("The address of a KServe server is absolute and ends with a slash.");
    }
}
