using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Signing.Keys;

/// <summary>What came of opening a key.</summary>
public abstract record KeyOpening
{
    private KeyOpening()
    {
    }

    /// <summary>Who signs from now on.</summary>
    public sealed record Opened(ISigner Signer) : KeyOpening, IDisposable
    {
        /// <summary>Lets go of the signer, and of the key where it is in this process.</summary>
        public void Dispose() => (Signer as IDisposable)?.Dispose();
    }

    /// <summary>There is no signer, for reasons that an operator can mend.</summary>
    /// <param name="Problem">What is wrong; never a secret.</param>
    /// <param name="Remedy">What to do.</param>
    public sealed record Refused(string Problem, string Remedy) : KeyOpening;
}
