namespace OpenGradient.Foundry;

/// <summary>
/// The settings that <c>contracts/script/Deploy.s.sol</c> reads from its environment. What they mean, and their defaults, stand in
/// <c>.env.example</c>; the script checks them.
/// </summary>
public static class DeploymentSettings
{
    public const string File = "OG_DEPLOY_FILE";

    public static IReadOnlyList<string> Names { get; } =
    [
        "OG_DEPLOY_TOKEN",
        "OG_DEPLOY_GUARDIAN",
        "OG_DEPLOY_PROPOSERS",
        "OG_DEPLOY_EXECUTORS",
        "OG_DEPLOY_TIMELOCK_DELAY_S",
        "OG_DEPLOY_SALT",
        File,
        "OG_DEPLOY_FROM_BLOCK",
        "OG_DEPLOY_HUB_DEFAULT_WINDOW_S",
        "OG_DEPLOY_HUB_MIN_WINDOW_S",
        "OG_DEPLOY_HUB_MAX_WINDOW_S",
        "OG_DEPLOY_HUB_ATTESTED_HOLD_S",
        "OG_DEPLOY_HUB_CLAIM_TIME_S",
        "OG_DEPLOY_HUB_PROVEN_CLAIM_TIME_S",
        "OG_DEPLOY_HUB_DELIVERY_TIME_S",
        "OG_DEPLOY_HUB_MIN_BOND",
        "OG_DEPLOY_HUB_SIGNED_LIEN_FEES",
        "OG_DEPLOY_HUB_ATTESTED_LIEN_FEES",
        "OG_DEPLOY_HUB_FAILURE_SHARE_BP",
        "OG_DEPLOY_COURT_PHASE_S",
        "OG_DEPLOY_COURT_SEAL_TIME_S",
        "OG_DEPLOY_COURT_SEAL_BOND",
        "OG_DEPLOY_COURT_MEMBER_FEE",
        "OG_DEPLOY_COURT_DEPOSIT_SHARE_BP",
        "OG_DEPLOY_COURT_SILENCE_SHARE_BP",
        "OG_DEPLOY_KEYS_VETO_WINDOW_S",
        "OG_DEPLOY_KEYS_OVERLAP_S",
        "OG_DEPLOY_KEYS_MAX_LIFETIME_S",
        "OG_DEPLOY_PROOF_SETUP",
    ];
}
