using OpenGradient.Attestation.Nvidia;

namespace OpenGradient.Attestation.Decoding;

/// <summary>What the GPUs of a machine say.</summary>
internal static class NvidiaFields
{
    public static FieldList Of(IReadOnlyList<GpuEvidence> gpus)
    {
        var fields = new FieldList().In("machine");
        fields.Add("gpus", gpus.Count, "How many GPUs answered.");
        fields.Add("nonce", gpus[0].Report.Nonce, "What they were asked with.");
        for (var i = 0; i < gpus.Count; i++)
        {
            var report = gpus[i].Report;
            fields.In($"GPU {i}");
            fields.Add($"gpu{i}Driver", report.DriverVersion, "The version of its driver.");
            fields.Add($"gpu{i}Firmware", report.VbiosVersion, "The version of its firmware.");
            if (report.FirmwareId is { } id)
                fields.Add($"gpu{i}FirmwareId", id, "The hash of the firmware that holds its key.");
            fields.Add($"gpu{i}Decoder", report.IsDecoderDisabled ? "off" : "on", "Whether its video decoder is on: its measurement (35) counts only then.");
            for (var block = 0; block < report.Blocks.Count; block++)
                fields.Add($"gpu{i}Measurement{block}", report.Blocks[block], "A measurement, to be compared with what NVIDIA signed.");
        }

        return fields;
    }
}
