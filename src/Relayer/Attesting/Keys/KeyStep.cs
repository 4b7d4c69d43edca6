using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>What is to be done next about our keys. <see cref="KeyStepPolicy"/> decides, and does nothing.</summary>
public abstract record KeyStep
{
    private KeyStep()
    {
    }

    /// <summary>Get evidence for a key of this epoch, have it attested, and order its registration.</summary>
    public sealed record Attest(ulong Epoch) : KeyStep;

    /// <summary>Tell the register that what was revoked lately does not concern the key, which makes each of its answers cheaper.</summary>
    public sealed record Refresh(Address Signer) : KeyStep;

    /// <summary>Nothing, for now.</summary>
    public sealed record Rest(KeyWait Reason) : KeyStep;

    /// <summary>Nothing, until somebody has looked into it.</summary>
    public sealed record Stop(string Reason) : KeyStep;
}

/// <summary>What our keys wait for.</summary>
public enum KeyWait
{
    /// <summary>For nothing: the key is valid for long enough.</summary>
    Nothing,

    /// <summary>Its registration is on its way.</summary>
    Registration,

    /// <summary>It is registered, and valid when nobody has vetoed it in time.</summary>
    Activation,

    /// <summary>A key whose process has ended is not valid yet: until then the register takes no other.</summary>
    LostKey,
}
