// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a node does. A node has any set of these, as bits.
library Roles {
    uint8 internal constant INFERENCE = 1 << 0;
    uint8 internal constant TEE = 1 << 1;
    uint8 internal constant PROVER = 1 << 2;
    uint8 internal constant VERIFIER = 1 << 3;
    uint8 internal constant DATA = 1 << 4;
    uint8 internal constant STORAGE = 1 << 5;
    uint8 internal constant ALL = (1 << 6) - 1;
}

/// @notice One node as it stands. All amounts are in units of the stake token.
struct Node {
    /// The cold key: stakes, exits and sets the payee. The node's own address is the hot key that signs receipts.
    address operator;
    address payee;
    uint8 roles;
    /// All stake, with what is unbonding and what is locked.
    uint256 stake;
    /// Locked by liens and by challenges in progress, with what has ended since the node's liens were last looked at.
    uint256 locked;
    /// What challenges in progress hold; a part of what is locked.
    uint256 held;
    uint256 unbonding;
    /// When the unbonding amount can be withdrawn; zero when nothing is unbonding.
    uint40 unbondedAt;
}

/// @title The register of nodes, their stake and their liens
/// @notice A node is a hot key with a stake. Every answer that rests on stake alone locks a part of it, a lien, until the answer is final,
/// or the settlement reverts: one stake never backs more than itself. Liens are kept in buckets by the hour in which they end.
/// @dev Time in liens is the hub's active time, which stands still while the hub is paused; the hub passes it in, and a withdrawal asks the
/// hub for it. Amounts of liens are rounded up to `lienUnit`, one by one; what a slash takes is exact, so that the rest of a unit stays the
/// operator's. Locked stake is never more than the stake.
/// @dev Warning: the hub and the court, fixed at construction, can lock any node's free stake and slash what they locked. They are trusted
/// to name liens as they locked them: liens of one node that end in the same hour are one sum here.
/// @dev Warning: the stake token must not change balances by itself. One that takes a fee is refused at the deposit.
interface INodeRegistry {
    event NodeRegistered(
        address indexed node, address indexed operator, address payee, uint8 roles, string endpoint, string metadataUri
    );
    event NodeChanged(address indexed node, uint8 roles, string endpoint, string metadataUri);
    event PayeeChanged(address indexed node, address indexed formerPayee, address indexed payee);
    event OperatorOffered(address indexed node, address indexed operator, address indexed candidate);
    event OperatorAccepted(address indexed node, address indexed formerOperator, address indexed operator);
    event Staked(address indexed node, address indexed from, uint256 amount);
    event UnbondingStarted(address indexed node, uint256 amount, uint40 unbondedAt);
    event UnbondingCancelled(address indexed node, uint256 amount);
    event Withdrawn(address indexed node, address indexed to, uint256 amount);
    /// @notice Amounts and times of liens as they count here: rounded up to `lienUnit` and to the hour.
    event LienLocked(address indexed node, uint256 amount, uint40 until);
    event LienHeld(address indexed node, uint256 amount, uint40 until);
    event LienReleased(address indexed node, uint256 amount);
    /// @param held The held lien that ended with it.
    /// @param amount What was taken from the stake.
    event Slashed(address indexed node, uint256 held, uint256 amount, address indexed by);

    error NodeExists(address node);
    error NodeUnknown(address node);
    error NodeSignatureInvalid(address node);
    error SignatureExpired(uint256 deadline);
    error NotOperator(address node, address caller);
    error NotCandidate(address node, address caller);
    error NotSettlement(address caller);
    error RolesInvalid(uint8 roles);
    error RoleMissing(address node, uint8 role);
    error PayeeInvalid(address payee);
    error TextTooLong(uint256 length, uint256 most);
    error AmountInvalid(uint256 amount);
    error StakeTooSmall(uint256 free, uint256 needed);
    error StakeTooLarge(uint256 amount, uint256 most);
    error StakeLocked(uint256 locked);
    error StillUnbonding(uint40 unbondedAt);
    error NothingUnbonding();
    error LienTooLong(uint40 until, uint40 latest);
    error LienEnded(uint40 until, uint40 activeTime);
    error LienUnknown(address node, uint256 amount, uint40 until);
    error HeldTooSmall(uint256 held, uint256 needed);
    error DrawTooLarge(uint256 size, uint256 most);
    error TokenTookFee(uint256 sent, uint256 received);

    /// @notice Registers a hot key under the caller, who is its operator from then on.
    /// @param node The hot key.
    /// @param payee Who is paid for what the node does.
    /// @param roles Bits of `Roles`.
    /// @param endpoint Where it can be reached; at most 256 bytes.
    /// @param metadataUri At most 256 bytes.
    /// @param deadline When the signature ends.
    /// @param signature The hot key's, over `registrationDigest`: nobody registers a key that is not theirs. 65 bytes, low s.
    function register(
        address node,
        address payee,
        uint8 roles,
        string calldata endpoint,
        string calldata metadataUri,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Replaces what the node does and where it is found.
    function setNode(address node, uint8 roles, string calldata endpoint, string calldata metadataUri) external;

    /// @notice Only the operator names the payee: a stolen hot key cannot redirect what is earned.
    function setPayee(address node, address payee) external;

    /// @notice Offers a node to another operator; zero takes an offer back.
    function offerOperator(address node, address candidate) external;

    /// @notice Makes the candidate the operator, of the stake too. The payee stays until the new operator changes it.
    function acceptOperator(address node) external;

    /// @notice Adds stake from the caller's tokens. Anyone may; only the operator gets it out.
    function stake(address node, uint256 amount) external;

    /// @notice Takes stake out of use: no new lien locks it, no draw counts it. It can still be slashed for what was done before, and be
    /// withdrawn after `UNBONDING`. A second call adds to the amount and starts the time anew.
    /// @param amount Any stake that is not unbonding yet, locked or not: a busy node need not run dry before it can leave.
    function startUnbonding(address node, uint256 amount) external;

    /// @notice Puts all unbonding stake to use again.
    function cancelUnbonding(address node) external;

    /// @notice Pays out what has unbonded, as far as no lien holds it, to the operator. The rest can be withdrawn as liens end.
    function withdraw(address node) external returns (uint256 amount);

    /// @notice Locks free stake until an answer is final, or a verifier's until its work is done. Only the hub or the court.
    /// @dev Sets free what has ended: at worst 49 words are read, if a node comes back after using every hour of the longest liens.
    /// @param node The node; it must have the role, and so be registered.
    /// @param role The role it acts in.
    /// @param payee Who the receipt says is paid; it must be the one that the operator named.
    /// @param amount Rounded up to `lienUnit`. Zero locks nothing and is not refused.
    /// @param until Active time; rounded up to the hour, which must not have passed; at most `MAX_LIEN` from now.
    /// @param activeTime The hub's active time.
    /// @return free What could still be locked for the same node, role, payee and hour: whoever settles many answers need not ask for each.
    /// @return unit As `lienUnit`.
    function lockLien(address node, uint8 role, address payee, uint256 amount, uint40 until, uint40 activeTime)
        external
        returns (uint256 free, uint256 unit);

    /// @notice Takes a lien out of its bucket and keeps it locked, whatever the time: its answer is challenged. Only the hub or the court.
    /// @dev The lien's hour must not have passed. Amount and time are those of the lock.
    function holdLien(address node, uint256 amount, uint40 until, uint40 activeTime) external;

    /// @notice Sets a held lien free: the challenge failed, or the answer became final early. Only the hub or the court.
    function releaseHeld(address node, uint256 amount) external;

    /// @notice Takes at most a held lien from the stake and sends it to the caller, who distributes it; the rest of the lien is set free.
    /// Stake in use pays first, then what is unbonding. Only the hub or the court.
    /// @param held The amount of the held lien.
    /// @param slashed At most `held`; may be zero.
    function slashHeld(address node, uint256 held, uint256 slashed) external;

    /// @notice Draws different verifiers, each with a chance in proportion to its stake that is not unbonding, in millionths of a token.
    /// @dev Stakes and roles count as they stood when the present hour of the block's time began: whoever sees a seed in that hour can no
    /// longer bend its draw with a little stake more or less. Whoever uses the draw keeps the result. Who was drawn may have left its
    /// role or its free stake since. Fewer than `size` come back where there are fewer.
    /// @dev Warning: a seed that was known before the hour began can be met with a register to match.
    /// @param seed Randomness of this hour; within the hour the same seed gives the same draw.
    /// @param size At most 16.
    /// @param excluded Not to be drawn, such as the node that is judged.
    function drawVerifiers(uint256 seed, uint256 size, address excluded) external view returns (address[] memory drawn);

    /// @notice All zero for a node that is not registered.
    function nodeOf(address node) external view returns (Node memory);

    function payeeOf(address node) external view returns (address);

    /// @notice To whom the operator has offered the node.
    function candidateOf(address node) external view returns (address);

    function hasRole(address node, uint8 role) external view returns (bool);

    /// @notice Stake that new liens can lock, at this active time.
    function freeStakeOf(address node, uint40 activeTime) external view returns (uint256);

    /// @notice What liens lock until an hour, given as active time in seconds at its end; what is held no longer counts.
    function lienBucketOf(address node, uint40 hourEnd) external view returns (uint256);

    /// @notice What the hot key signs, under EIP-712: NodeRegistration(address node,address operator,uint256 deadline).
    function registrationDigest(address node, address operator, uint256 deadline) external view returns (bytes32);

    /// @notice What amounts of liens are rounded up to: a billionth of a token, or the token's own unit if that is larger.
    function lienUnit() external view returns (uint256);

    function stakeToken() external view returns (address);

    function hub() external view returns (address);

    function court() external view returns (address);
}
