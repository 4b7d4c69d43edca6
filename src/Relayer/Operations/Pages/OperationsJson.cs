using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Operations;

/// <summary>The JSON forms of what the relayer tells.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthState))]
[JsonSerializable(typeof(IReadOnlyList<JobSummary>))]
[JsonSerializable(typeof(JobDetails))]
[JsonSerializable(typeof(IReadOnlyList<ProfitLine>))]
[JsonSerializable(typeof(IReadOnlyList<Instance>))]
public sealed partial class OperationsJson : JsonSerializerContext;
