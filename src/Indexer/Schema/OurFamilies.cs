using OpenGradient.Contracts.Deployments;

namespace OpenGradient.Indexer.Schema;

/// <summary>The events of our own contracts, a family for each contract.</summary>
public static class OurFamilies
{
    private const string Request =
        "(bytes32 versionId, uint8 assurance, address assignee, uint40 exclusiveUntil, uint40 deadline, uint32 challengeWindow, uint32 callbackGas, "
        + "uint8 flags, uint8 quorum, uint128 fee, uint128 deliveryTip, uint128 minLien, bytes32 inputCommit, bytes32 termsHash)";

    private const string Settlement =
        "(bytes32 outputCommit, address node, address payee, uint64 keyEpoch, uint64 issuedAt, uint64 expiresAt, bytes32 evidenceHash, uint8 assurance, "
        + "bytes32 rootLabel, uint256 lien, uint40 settledAt, uint8 revision)";

    private const string Version =
        "(uint32 major, uint32 minor, bytes32 artifactHash, bytes32 signatureHash, address proofVerifier, "
        + "(uint8 kind, bytes32 descriptorHash, bytes32 proofCommitment, uint128 toleranceAbs, uint128 toleranceRel) semantics, string[] uris)";

    private const string Registration =
        "(address node, address signer, bytes32 hpkeKey, bytes32 evidenceHash, bytes32 rootId, bytes32 teeType, bytes32 workloadId, bytes32 platformId, "
        + "uint8 tcbStatus, uint32 tcbEval, uint40 attestedAt, uint40 expiresAt, uint64 keyEpoch)";

    /// <summary>All of a deployment's, each from the block in which its contract was made.</summary>
    public static IReadOnlyList<EventFamily> Of(Deployment deployment)
    {
        return
        [
            Family("hub", Hub(), ContractNames.Hub),
            Family("models", Models(), ContractNames.Models),
            Family("nodes", Nodes(), ContractNames.Nodes),
            Family("keys", Keys(), ContractNames.Keys),
            Family("court", Court(), ContractNames.Court),
            Family("verifiers", Verifiers(), ContractNames.Verifiers),
        ];

        EventFamily Family(string name, IReadOnlyList<EventTable> tables, string contract) =>
            new(name, tables, [deployment.AddressOf(contract)], deployment.Contracts[contract].Block);
    }

    public static IReadOnlyList<EventTable> Hub() =>
    [
        new("hub_requested", $"event Requested(bytes32 indexed requestId, address indexed requester, uint256 nonce, {Request} request, bytes input)", "request_id", "requester", "version_id"),
        new("hub_terms_set", "event TermsSet(bytes32 indexed requestId, (bytes32[] acceptedWorkloads, address[] members) terms)", "request_id"),
        new("hub_claimed", "event Claimed(bytes32 indexed requestId, address indexed node, uint256 bond, uint40 until, uint8 claims)", "request_id", "node"),
        new("hub_claim_released", "event ClaimReleased(bytes32 indexed requestId, address indexed node, uint256 bond)", "request_id", "node"),
        new("hub_claim_forfeited", "event ClaimForfeited(bytes32 indexed requestId, address indexed node, uint256 bond)", "request_id", "node"),
        new("hub_settled", $"event Settled(bytes32 indexed requestId, address indexed node, uint40 until, {Settlement} settlement, bytes evidence, bytes output)", "request_id", "node"),
        new("hub_submission_refused", "event SubmissionRefused(bytes32 indexed requestId, address indexed node, uint8 refusal)", "request_id", "node"),
        new("hub_raised", $"event Raised(bytes32 indexed requestId, uint40 until, {Settlement} settlement)", "request_id"),
        new("hub_contested", "event Contested(bytes32 indexed requestId)", "request_id"),
        new("hub_upheld", "event Upheld(bytes32 indexed requestId)", "request_id"),
        new("hub_overturned", $"event Overturned(bytes32 indexed requestId, address indexed challenger, uint256 slashed, bool isCorrected, {Settlement} settlement)", "request_id", "challenger"),
        new("hub_answer_sealed", "event AnswerSealed(bytes32 indexed requestId, address indexed node, uint256 bond, uint8 seals)", "request_id", "node"),
        new("hub_answer_revealed", "event AnswerRevealed(bytes32 indexed requestId, address indexed node, bytes32 outputCommit, bytes32 agreed, uint8 votes)", "request_id", "node"),
        new("hub_seal_returned", "event SealReturned(bytes32 indexed requestId, address indexed node, uint256 bond)", "request_id"),
        new("hub_seal_forfeited", "event SealForfeited(bytes32 indexed requestId, address indexed node, uint256 bond)", "request_id"),
        new("hub_delivered", "event Delivered(bytes32 indexed requestId, address indexed by, bool succeeded)", "request_id"),
        new("hub_tip_reclaimed", "event TipReclaimed(bytes32 indexed requestId, uint256 tip)", "request_id"),
        new("hub_refunded", "event Refunded(bytes32 indexed requestId, address indexed requester, uint256 amount)", "request_id", "requester"),
        new("hub_collected", "event Collected(address indexed payee, uint256 amount)", "payee"),
        new("hub_deposited", "event Deposited(address indexed account, address indexed from, uint256 amount)", "account"),
        new("hub_withdrawn", "event Withdrawn(address indexed account, address indexed to, uint256 amount)", "account"),
        new("hub_burned", "event Burned(uint256 amount)"),
        new("hub_paused", "event Paused(address indexed by, uint40 until)"),
        new("hub_unpaused", "event Unpaused(uint40 pausedSeconds)"),
    ];

    public static IReadOnlyList<EventTable> Models() =>
    [
        new("models_created", "event ModelCreated(bytes32 indexed modelId, address indexed owner, string name, string metadataUri)", "model_id", "owner"),
        new("models_version_published", $"event VersionPublished(bytes32 indexed modelId, bytes32 indexed versionId, {Version} version)", "model_id", "version_id"),
        new("models_version_deprecated", "event VersionDeprecated(bytes32 indexed versionId, string reason)", "version_id"),
        new("models_version_yanked", "event VersionYanked(bytes32 indexed versionId, string reason)", "version_id"),
        new("models_metadata_changed", "event MetadataChanged(bytes32 indexed modelId, string metadataUri)", "model_id"),
        new("models_ownership_offered", "event OwnershipOffered(bytes32 indexed modelId, address indexed owner, address indexed candidate)", "model_id"),
        new("models_ownership_accepted", "event OwnershipAccepted(bytes32 indexed modelId, address indexed formerOwner, address indexed owner)", "model_id"),
    ];

    public static IReadOnlyList<EventTable> Nodes() =>
    [
        new("nodes_registered", "event NodeRegistered(address indexed node, address indexed operator, address payee, uint8 roles, string endpoint, string metadataUri)", "node", "operator"),
        new("nodes_changed", "event NodeChanged(address indexed node, uint8 roles, string endpoint, string metadataUri)", "node"),
        new("nodes_payee_changed", "event PayeeChanged(address indexed node, address indexed formerPayee, address indexed payee)", "node"),
        new("nodes_operator_offered", "event OperatorOffered(address indexed node, address indexed operator, address indexed candidate)", "node"),
        new("nodes_operator_accepted", "event OperatorAccepted(address indexed node, address indexed formerOperator, address indexed operator)", "node"),
        new("nodes_staked", "event Staked(address indexed node, address indexed from, uint256 amount)", "node"),
        new("nodes_unbonding_started", "event UnbondingStarted(address indexed node, uint256 amount, uint40 unbondedAt)", "node"),
        new("nodes_unbonding_cancelled", "event UnbondingCancelled(address indexed node, uint256 amount)", "node"),
        new("nodes_withdrawn", "event Withdrawn(address indexed node, address indexed to, uint256 amount)", "node"),
        new("nodes_lien_locked", "event LienLocked(address indexed node, uint256 amount, uint40 until)", "node"),
        new("nodes_lien_held", "event LienHeld(address indexed node, uint256 amount, uint40 until)", "node"),
        new("nodes_lien_released", "event LienReleased(address indexed node, uint256 amount)", "node"),
        new("nodes_slashed", "event Slashed(address indexed node, uint256 held, uint256 amount, address indexed by)", "node"),
    ];

    public static IReadOnlyList<EventTable> Keys() =>
    [
        new("keys_root_approved", "event RootApproved(bytes32 indexed rootId, bytes32 label, bool isEmulated)", "root_id"),
        new("keys_workload_approved", "event WorkloadApproved(bytes32 indexed workloadId, string description)", "workload_id"),
        new("keys_attester_set", "event AttesterSet(address indexed attester, bool isAttester)", "attester"),
        new("keys_threshold_set", "event ThresholdSet(uint8 threshold)"),
        new("keys_on_chain_verifier_set", "event OnChainVerifierSet(address indexed verifier)"),
        new("keys_registered", $"event KeyRegistered(address indexed node, address indexed signer, uint64 indexed keyEpoch, {Registration} registration, address[] attesters, uint40 activeFrom)", "node", "signer"),
        new("keys_vetoed", "event KeyVetoed(address indexed signer, address indexed attester, string reason)", "signer"),
        new("keys_confirmed", "event KeyConfirmed(address indexed signer)", "signer"),
        new("keys_revoked", "event KeyRevoked(address indexed signer, string reason)", "signer"),
        new("keys_workload_revoked", "event WorkloadRevoked(bytes32 indexed workloadId, string reason)", "workload_id"),
        new("keys_platform_revoked", "event PlatformRevoked(bytes32 indexed platformId, string reason)", "platform_id"),
        new("keys_root_revoked", "event RootRevoked(bytes32 indexed rootId, string reason)", "root_id"),
        new("keys_tcb_floor_raised", "event TcbFloorRaised(bytes32 indexed teeType, uint32 tcbEval)", "tee_type"),
    ];

    public static IReadOnlyList<EventTable> Court() =>
    [
        new("court_deposited", "event Deposited(address indexed account, address indexed from, uint256 amount)", "account"),
        new("court_withdrawn", "event Withdrawn(address indexed account, address indexed to, uint256 amount)", "account"),
        new("court_burned", "event Burned(uint256 amount)"),
        new("court_challenged_by_proof", "event ChallengedByProof(bytes32 indexed requestId, address indexed challenger, bytes32 provenOutput)", "request_id"),
        new("court_key_contradicted", "event KeyContradicted(bytes32 indexed requestId, address indexed node, address indexed signer, bytes32 provenOutput)", "request_id"),
        new("court_challenge_sealed", "event ChallengeSealed(address indexed challenger, bytes32 indexed seal, uint256 bond)", "challenger"),
        new("court_seal_withdrawn", "event SealWithdrawn(address indexed challenger, bytes32 indexed seal, bytes32 indexed requestId)", "request_id"),
        new("court_seal_forfeited", "event SealForfeited(address indexed challenger, bytes32 indexed seal, uint256 bond)", "challenger"),
        new("court_case_opened", "event CaseOpened(bytes32 indexed requestId, address indexed challenger, uint256 deposit, bytes32 otherCommit, bytes otherOutput, bytes input)", "request_id", "challenger"),
        new("court_case_taken_over", "event CaseTakenOver(bytes32 indexed requestId, address indexed challenger, address indexed formerChallenger)", "request_id"),
        new("court_case_armed", "event CaseArmed(bytes32 indexed requestId, uint48 seedBlock)", "request_id"),
        new("court_output_shown", "event OutputShown(bytes32 indexed requestId, bytes output)", "request_id"),
        new("court_committee_drawn", "event CommitteeDrawn(bytes32 indexed requestId, (address node, uint96 held, bytes32 answer)[] members, uint40 revealsFrom)", "request_id"),
        new("court_vote_sealed", "event VoteSealed(bytes32 indexed requestId, address indexed member, bytes32 seal)", "request_id", "member"),
        new("court_reveals_began", "event RevealsBegan(bytes32 indexed requestId, uint40 revealsFrom)", "request_id"),
        new("court_vote_revealed", "event VoteRevealed(bytes32 indexed requestId, address indexed member, bytes32 outputCommit, uint8 standing, bytes output)", "request_id", "member"),
        new("court_silence_slashed", "event SilenceSlashed(bytes32 indexed requestId, address indexed member, uint256 amount)", "request_id", "member"),
        new("court_case_lapsed", "event CaseLapsed(bytes32 indexed requestId, uint256 fees)", "request_id"),
        new("court_case_ended", "event CaseEnded(bytes32 indexed requestId, address indexed challenger, uint8 standing, uint256 standers)", "request_id"),
    ];

    public static IReadOnlyList<EventTable> Verifiers() =>
    [
        new("verifiers_registered", "event VerifierRegistered(address indexed verifier, bytes32 indexed proofSystem, bool isDevelopment)", "verifier"),
    ];
}
