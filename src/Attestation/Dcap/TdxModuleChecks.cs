using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>Whether the module that runs the domain is one that Intel names.</summary>
internal static class TdxModuleChecks
{
    private const string Subject = "TDX module";

    /// <summary>Finds the module by the version that the domain states; false where it is none that Intel names.</summary>
    public static bool TryFind(TdxReport domain, TcbInfo info, Findings findings, out TdxModule? module)
    {
        var version = domain.TeeTcbSvn.Span[1];
        var id = TcbRating.ModuleId(version);
        module = version == 0 ? info.Module : info.ModuleIdentities.FirstOrDefault(identity => identity.Id == id);
        if (!findings.Require(module is not null, Check.TdxModuleIdentity, Subject, $"The TCB info does not name {id}."))
            return false;

        var holds = findings.Require(
            domain.MrSignerSeam.Span.SequenceEqual(module!.MrSigner), Check.TdxModuleSigner, Subject, "It is signed by another than Intel names.");
        // Intel asks for zeros whatever the mask says.
        return findings.Require(
            domain.SeamAttributes.Span.SequenceEqual(module.Attributes) && !domain.SeamAttributes.Span.ContainsAnyExcept((byte)0),
            Check.TdxModuleAttributes, Subject, "Its attributes are not those that Intel names.") && holds;
    }
}
