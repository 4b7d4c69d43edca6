using OpenGradient.Attestation.Nitro;

namespace OpenGradient.Attestation.Decoding;

/// <summary>What a document of AWS Nitro says.</summary>
internal static class NitroFields
{
    public static FieldList Of(NitroDocument document)
    {
        var fields = new FieldList().In("document");
        fields.Add("moduleId", FieldList.Plain(document.ModuleId), "The machine's name, and behind -enc the enclave's.");
        fields.Add("issuedAt", $"{document.IssuedAt:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}", "When the hypervisor made it.");
        fields.Add("isDebug", document.IsDebug ? "true" : "false", "Whether the enclave's console can be read: its first registers are zeros then.");

        fields.In("registers");
        foreach (var (index, value) in document.Pcrs.OrderBy(pcr => pcr.Key).Where(pcr => pcr.Value.Span.ContainsAnyExcept((byte)0)))
            fields.Add($"pcr{index}", value, MeaningOf(index));

        fields.In("what the enclave says");
        Add("publicKey", document.PublicKey, "A key that the enclave wants to be answered under.");
        Add("userData", document.UserData, "The binding of its keys.");
        Add("nonce", document.Nonce, "What it was asked with.");
        fields.In("certificates");
        fields.Add("certificateBytes", document.Certificate.Length, "The length of the certificate of the key that signed.");
        fields.Add("bundle", document.Bundle.Count, "How many certificates lead from there to the root.");
        return fields;

        void Add(string name, ReadOnlyMemory<byte>? value, string meaning)
        {
            if (value is { } there)
                fields.Add(name, there, meaning);
        }
    }

    private static string MeaningOf(int index) => index switch
    {
        0 => "The hash of the enclave's image.",
        1 => "The hash of its kernel and its start.",
        2 => "The hash of its application.",
        3 => "The hash of the role of the machine that it runs on.",
        4 => "The hash of that machine's name.",
        8 => "The hash of the certificate that signed the image.",
        _ => "A register that the running enclave extends.",
    };
}
